// The API by itself in a process of its own, over the database that DATABASE_… name. Tells its parent the port, and on
// request how many statements it has sent.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LogController } from 'fastify';
import pg from 'pg';

const dist = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href);

class BenchModule {}
Module({})(BenchModule);

export async function serve() {
  process.on('disconnect', () => process.exit(0));
  const { query } = pg.Client.prototype;
  let statements = 0;
  pg.Client.prototype.query = function (...args) {
    statements += 1;
    return query.apply(this, args);
  };
  const [{ apiControllers, openApi }, { openPlatform }, { readConfig }, { openLog }, { entities }] = await Promise.all(
    ['api.js', 'kernel/platform/platform.js', 'kernel/config/config.js', 'kernel/logging/log.js', 'entities.js'].map(
      dist,
    ),
  );
  const [{ DeskAdapter }, { guardApiDoor }, { DESK }] = await Promise.all(
    ['console/shell/desk-adapter.js', 'console/api/api-door.js', 'console/shell/desk.js'].map(dist),
  );
  const log = openLog('warn');
  const platform = await openPlatform(readConfig(process.env), log, entities, 'command');
  const { api, providers } = openApi(platform, {
    origin: 'http://console.localhost',
    originOf: (host) => `http://${host}`,
  });
  const adapter = new DeskAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    rewriteUrl: (request) => `/console${request.url}`,
  });
  guardApiDoor(adapter, api);
  const app = await NestFactory.create(
    { module: BenchModule, controllers: apiControllers, providers: [...providers, { provide: DESK, useValue: {} }] },
    adapter,
    { logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  process.on('message', () => process.send({ statements }));
  process.send({ port: app.getHttpServer().address().port });
}
