import { errorCatalogue } from '../user-error.js';

/** What can go wrong with stored files, and what to do about it. */
export const objectErrors = errorCatalogue({
  'objects.missing': [404, '找不到文件 {key}：它可能已被删除，请刷新页面后重试。'],
  'objects.bad-key': [500, '文件标识“{key}”不合规则：请联系平台管理员。'],
  'objects.mismatch': [422, '文件内容与声明不符（{why}），没有保存：请重新上传。'],
  'objects.range': [416, '请求的范围超出文件 {key} 的大小：请重新下载整个文件。'],
  'objects.disk-full': [507, '存放文件的磁盘或存储空间已满，文件没有保存：请清理空间后重试。'],
  'objects.not-writable': [500, '无法写入文件目录 {directory}（{why}）：请检查该目录的属主和权限。'],
  'objects.denied': [
    500,
    '对象存储 {endpoint} 拒绝访问（{why}）：请检查 S3_ACCESS_KEY、S3_SECRET_KEY 和存储桶 {bucket} 的权限。',
  ],
  'objects.unreachable': [503, '连不上对象存储 {endpoint}（{why}）：请确认它正在运行，并检查 S3_ENDPOINT。'],
});
