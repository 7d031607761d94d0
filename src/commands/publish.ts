import { stat } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { channelListing, findChannelForPublishing, findChannelsOfSite } from '../content/channel/channel.queries.js';
import { intakeErrors } from '../content/intake/errors.js';
import { surveyFolder } from '../content/intake/list-documents.js';
import { type ReadDocument, readDocument } from '../content/publication/publish-file.js';
import { type PublishResult, pubDateOf } from '../content/publication/publish-item.js';
import type { Platform } from '../kernel/platform/platform.js';
import { UserError } from '../kernel/user-error.js';
import { openRooms } from '../rooms.js';
import type { CommandContext } from './command-context.js';
import { type FoundSite, findSite } from './find-site.js';

/**
 * `publish`: a document, or every document of a folder. All are read and checked before the first is published. The last
 * line of standard output is the full address of the (last) document.
 */
export async function publish(
  context: CommandContext,
  written: string,
  options: { site: string; channel?: string },
): Promise<void> {
  const path = context.path(written);
  await context.withPlatform(async (platform) => {
    const found = await findSite(platform, options.site);
    const scope = { kind: 'tenant', actor: context.actor, tenantId: found.site.tenantId } as const;
    if (!options.channel) {
      const channels = await platform.work.run(scope, (tx) => findChannelsOfSite(tx, found.site.id));
      context.say(`${found.site.label}的栏目（用 --channel 选一个）：`);
      context.result(channelListing(channels));
      process.exitCode = 2;
      return;
    }
    const channel = options.channel;
    await platform.work.run(scope, (tx) => findChannelForPublishing(tx, found.site, channel));
    const reads = await readAll(context, platform, path);
    await publishAll(context, platform, found, channel, reads);
  });
}

async function publishAll(
  context: CommandContext,
  platform: Platform,
  found: FoundSite,
  channel: string,
  reads: ReadDocument[],
): Promise<void> {
  const { publishFile } = await openRooms(platform);
  const { origin, running } = await context.visitors();
  for (const [done, read] of reads.entries()) {
    for (const warning of read.document.warnings) context.say(`  ${read.fileName}：${warning}`);
    const result = await publishFile.run(context.actor, found.site, channel, read).catch((error) => {
      if (done > 0)
        context.say(
          `已发布 ${done} 篇，其余 ${reads.length - done} 篇没有发布。解决下面的问题后重新执行同一条命令即可，已发布的不会重复。`,
        );
      throw error;
    });
    for (const sentence of sentences(read, result, channel)) context.say(sentence);
    context.result(`${origin(found.record.host)}${found.record.prefix}${result.path}`);
  }
  if (!running) context.say('平台没有在运行，执行 npm start 后即可打开上面的地址。');
}

/** Reads every document; when any is bad, all that is wrong is said and nothing is published. */
async function readAll(context: CommandContext, platform: Platform, path: string): Promise<ReadDocument[]> {
  const info = await stat(path).catch((cause) => {
    throw intakeErrors['intake.path-unreadable']({ path }, { cause });
  });
  const read = async (file: string, shownAs: string) => {
    const document = await readDocument(file, { shownAs });
    pubDateOf(platform.calendar, document.document, shownAs, new Date());
    return document;
  };
  if (!info.isDirectory()) return [await read(path, basename(path))];

  const { documents, ignored } = await surveyFolder(path);
  if (documents.length === 0) throw intakeErrors['intake.no-documents']({ path });
  if (ignored.length > 0)
    context.say(`跳过 ${ignored.length} 个不是文稿的文件：${ignored.map((file) => relative(path, file)).join('、')}`);
  const reads: ReadDocument[] = [];
  const failures: UserError[] = [];
  for (const file of documents) {
    try {
      reads.push(await read(file, relative(path, file)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
      context.say(`${relative(path, file)}：${error.message}`);
    }
  }
  const [first] = failures;
  if (!first) return reads;
  throw new UserError('publish.some-bad', 422, `${failures.length} 篇文稿有问题，整个目录都没有发布。请改正后重试。`, {
    cause: first,
  });
}

/** What happened, and what a clerk might not expect of it. */
function sentences({ document, fileName }: ReadDocument, result: PublishResult, channel: string): string[] {
  const said = [
    {
      published: `已发布：${document.title}`,
      'new-edition': `已更新为第 ${result.edition} 版，地址不变：${document.title}`,
      unchanged: `内容与已发布的相同，没有改动：${document.title}`,
    }[result.outcome],
  ];
  if (result.formerTitle && result.formerTitle !== document.title) said.push(`  原标题：${result.formerTitle}`);
  if (document.publishedOn && document.publishedOn !== result.publishedOn)
    said.push(`  发布日期仍为首次发布的 ${result.publishedOn}，文中的 ${document.publishedOn} 没有采用。`);
  if (result.standsIn)
    said.push(
      `  ${fileName} 原先发布在栏目 ${result.standsIn}，仍在那里，没有放进 ${channel}；移动栏目要等管理后台开通。`,
    );
  return said;
}
