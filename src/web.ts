import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import multipart from '@fastify/multipart';
import type { INestApplication } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import { guardApiDoor } from './console/api/api-door.js';
import { declaredRoutes } from './console/shell/declared-routes.js';
import { DeskAdapter } from './console/shell/desk-adapter.js';
import { guardDeskDoor } from './console/shell/desk-door.js';
import { uploadOptions } from './console/shell/upload.js';
import { VisibilityClock } from './content/publication/visibility-clock.js';
import { frontServer } from './delivery/http/front.js';
import { PageStore } from './delivery/store/page-store.js';
import { HEALTH, PLATFORM, THEMES, VISITOR_PAGES } from './delivery/tokens.js';
import { VisitorController } from './delivery/visitor.controller.js';
import { VisitorPages } from './delivery/visitor-pages.js';
import { openDesk } from './desk.js';
import { defineJobs } from './jobs.js';
import { defineAuditJobs } from './kernel/audit/audit-jobs.js';
import { projectRoot } from './kernel/config/project-root.js';
import { kernelErrors } from './kernel/errors.js';
import { ChangeFeed } from './kernel/events/change-feed.js';
import { Relay } from './kernel/events/relay.js';
import { healthOf } from './kernel/health/health.js';
import { answerMalformed } from './kernel/http/malformed.js';
import { newId } from './kernel/id.js';
import { type Jobs, openJobs } from './kernel/jobs/jobs.js';
import { nestLogger } from './kernel/logging/log.js';
import type { Platform } from './kernel/platform/platform.js';
import { originOf } from './origin.js';
import { rules } from './policies.js';
import { loadThemes } from './presentation/theme.js';
import { loadBlueprints } from './tenancy/plan/blueprint.js';
import { normaliseHost } from './tenancy/site/site-address.js';
import { SiteDirectory } from './tenancy/site/site-directory.js';
import { siteTags } from './tenancy/tags.js';
import { openTenancyDesk } from './tenancy-desk.js';

const PAGE_STORE_BYTES = 64 * 1024 * 1024;

@Module({})
class WebModule {}

export interface Web {
  app: INestApplication;
  directory: SiteDirectory;
  /** `console.BASE_DOMAIN` */
  deskHost: string;
  /** Defined; the one who runs the process starts them. */
  jobs: Jobs;
  store: PageStore;
  close(): Promise<void>;
}

/** Says early that a port is taken: before a minute of provisioning, not after it. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/**
 * The web process: relay, change feed, site directory, page store, visitor routes. Listens when everything stands.
 * @throws UserError `kernel.port-taken`, `kernel.port-refused`
 */
export async function startWeb(
  platform: Platform,
  listen: { host: string; port: number } = platform.config,
): Promise<Web> {
  const { config, connections, log } = platform;
  const themes = loadThemes(join(projectRoot, 'themes'));
  const blueprints = await loadBlueprints(join(projectRoot, 'blueprints'));
  const directory = new SiteDirectory(platform.reads, config.baseDomain);
  const feed = new ChangeFeed(connections, log);
  const store = new PageStore(PAGE_STORE_BYTES, feed);
  const reload = async (): Promise<void> => {
    for (;;) {
      try {
        await directory.load();
        return store.clear();
      } catch (error) {
        log.error({ err: error }, 'site directory could not be read again, tries once more');
        await sleep(1_000);
      }
    }
  };
  feed.onChange((tags) => {
    if (tags === null || tags.includes(siteTags.directory)) void reload();
  });
  const relay = new Relay(connections, log, new VisibilityClock(platform.work).tick);
  const setting = { directory, calendar: platform.calendar, originOf: originOf(config) };
  const pages = new VisitorPages(platform.reads, setting, themes, store, blueprints);
  const jobs = openJobs(platform);
  const desk = openDesk(
    platform,
    await openTenancyDesk(platform, { themes: themes.forSites, blueprints, directory, jobs }),
    jobs,
  );
  defineAuditJobs(jobs, platform);
  defineJobs(jobs, platform, desk.identity);
  const controllers = [VisitorController, ...desk.controllers];
  declaredRoutes(controllers, rules);

  const adapter = new DeskAdapter({
    serverFactory: (handler: Parameters<typeof frontServer>[3]) =>
      frontServer(store, desk, () => themes.plain('405'), handler),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId().slice(-12),
    rewriteUrl: routeFor(desk.host),
    bodyLimit: 1_048_576,
    clientErrorHandler: answerMalformed,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
  } as ConstructorParameters<typeof DeskAdapter>[0]);
  guardApiDoor(adapter, desk.api);
  guardDeskDoor(adapter, desk.refusals);
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: WebModule,
      controllers: controllers as never[],
      providers: [
        ...desk.providers,
        { provide: PLATFORM, useValue: platform },
        { provide: THEMES, useValue: themes },
        { provide: HEALTH, useValue: healthOf(platform, feed) },
        { provide: VISITOR_PAGES, useValue: pages },
      ],
    },
    adapter,
    { logger: nestLogger(log), abortOnError: false },
  );
  const close = async () => {
    await app.close();
    await jobs.stop();
    await relay.stop();
    await feed.stop();
  };
  try {
    await feed.start();
    await relay.start();
    await directory.load();
    // Visitors' hosts take no body at all (front.ts); of the desk's, its guard reads files.
    await app.register(multipart as never, uploadOptions);
    await app.listen(listen.port, listen.host);
  } catch (error) {
    await close();
    throw listenError(error as NodeJS.ErrnoException, listen.host, listen.port);
  }
  return { app, directory, deskHost: desk.host, jobs, store, close };
}

/**
 * The framework routes visitors by these names alone; what a visitor wrote is read once, by the room that answers it. So no
 * address can be malformed for the router, decoded twice, or mean something to it that we did not write here. The desk's
 * host has a router of its own, which takes plain addresses only.
 */
const routeFor =
  (deskHost: string) =>
  (request: { url?: string; headers?: { host?: string } }): string => {
    const url = request.url ?? '/';
    const path = url.split('?', 1)[0]!;
    if (normaliseHost(request.headers?.host ?? '') === deskHost) return deskRoute(url, path);
    if (path === '/healthz' || path === '/readyz') return path;
    return path.startsWith('/assets/') ? '/assets' : '/page';
  };

/** What is written strangely leads nowhere, in the words of the desk or of the API. */
function deskRoute(url: string, path: string): string {
  if (!PLAIN.test(path)) return path.startsWith('/api/') ? '/console/api/v1/-' : '/console/-';
  return path === '/' ? `/console${url.slice(1)}` : `/console${url}`;
}

/** An address of the desk: letters, digits and a few marks, nothing encoded. */
const PLAIN = /^(\/[\w.~@:,-]*)+$/;

function listenError(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  if (error.code === 'EADDRINUSE') return kernelErrors['kernel.port-taken']({ port }, { cause: error });
  if (['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL'].includes(error.code ?? ''))
    return kernelErrors['kernel.port-refused']({ host, port, why: error.message }, { cause: error });
  return error;
}
