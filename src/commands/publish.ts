import { stat } from 'node:fs/promises';
import { channelListing, findChannelForPublishing, findChannelsOfSite } from '../content/channel/channel.queries.js';
import { intakeErrors } from '../content/intake/errors.js';
import { listDocuments } from '../content/intake/list-documents.js';
import { type ReadDocument, readDocument } from '../content/publication/publish-file.js';
import type { PublishResult } from '../content/publication/publish-item.js';
import type { Platform } from '../kernel/platform/platform.js';
import { readRunFile } from '../kernel/platform/run-file.js';
import { UserError } from '../kernel/user-error.js';
import { originOf } from '../origin.js';
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
    if (!options.channel) {
      context.say(`${found.site.label}的栏目（用 --channel 选一个）：`);
      context.result(await listing(context, platform, found));
      process.exitCode = 2;
      return;
    }
    const channel = options.channel;
    await platform.work.run(scopeOf(context, found), (tx) => findChannelForPublishing(tx, found.site, channel));
    const reads = await readAll(context, path);
    const { publishFile } = await openRooms(platform);
    const origin = await originOfRunning(context);
    for (const read of reads) {
      for (const warning of read.document.warnings) context.say(`  ${read.fileName}：${warning}`);
      const result = await publishFile.run(context.actor, found.site, channel, read);
      context.say(sentence(read, result, channel));
      context.result(`${origin(found.record.host)}${found.record.prefix}${result.path}`);
    }
  });
}

const scopeOf = (context: CommandContext, found: FoundSite) =>
  ({ kind: 'tenant', actor: context.actor, tenantId: found.site.tenantId }) as const;

async function listing(context: CommandContext, platform: Platform, found: FoundSite): Promise<string> {
  const channels = await platform.work.run(scopeOf(context, found), (tx) => findChannelsOfSite(tx, found.site.id));
  return channelListing(channels);
}

/** Reads every document; when any is bad, all that is wrong is said and nothing is published. */
async function readAll(context: CommandContext, path: string): Promise<ReadDocument[]> {
  const info = await stat(path).catch((cause) => {
    throw intakeErrors['intake.path-unreadable']({ path }, { cause });
  });
  if (!info.isDirectory()) return [await readDocument(path)];
  const reads: ReadDocument[] = [];
  const failures: UserError[] = [];
  for (const file of await listDocuments(path)) {
    try {
      reads.push(await readDocument(file));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (!first) return reads;
  for (const failure of failures) context.say(failure.message);
  throw new UserError('publish.some-bad', 422, `${failures.length} 篇文稿有问题，整个目录都没有发布。请改正后重试。`, {
    cause: first,
  });
}

function sentence({ document, fileName }: ReadDocument, result: PublishResult, channel: string): string {
  const what = {
    published: `已发布：${document.title}`,
    'new-edition': `已更新为第 ${result.edition} 版，地址不变：${document.title}`,
    unchanged: `内容与已发布的相同，没有改动：${document.title}`,
  }[result.outcome];
  return result.standsIn
    ? `${what}\n  ${fileName} 原先发布在栏目 ${result.standsIn}，仍在那里，没有放进 ${channel}。`
    : what;
}

/** Addresses carry the port of the platform that runs on this data, which may not be the one configured here. */
async function originOfRunning({ config }: CommandContext): Promise<(host: string) => string> {
  const run = config.database ? null : await readRunFile(config.dataDirectory);
  return originOf({ ...config, port: run?.port ?? config.port });
}
