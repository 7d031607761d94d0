import { request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import { apiControllers, openApi } from '../src/api.js';
import { maySomewhere } from '../src/authority/desk-context.js';
import type { Api } from '../src/console/api/api.js';
import { guardApiDoor } from '../src/console/api/api-door.js';
import { DESK, Desk } from '../src/console/shell/desk.js';
import { DeskAdapter } from '../src/console/shell/desk-adapter.js';
import { loadDeskTemplates } from '../src/console/shell/templates.js';
import { CreateToken, type NewApiToken } from '../src/identity/token/create-token.js';
import { newId } from '../src/kernel/id.js';
import { rules } from '../src/policies.js';
import { type BuiltAccount, deskOf } from './people.js';
import { OPERATOR, type TestPlatform } from './platform.js';

@Module({})
class ApiModule {}

export const DESK_HOST = 'console.localhost';
const ORIGIN = 'https://console.example';

export interface ApiAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  /** The JSON that it is; null when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: what it must be, each test says
  json: any;
}

export interface TestApi {
  api: Api;
  port: number;
  ask(
    path: string,
    options?: { token?: string; method?: string; headers?: Record<string, string>; body?: unknown; raw?: string },
  ): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** The API by itself over a test platform, at a free port: the router, the guard and the resources of the web process. */
export async function anApi(platform: TestPlatform): Promise<TestApi> {
  const { api, providers } = openApi(platform, {
    origin: ORIGIN,
    originOf: (host) => `https://${host}`,
  });
  const adapter = new DeskAdapter({
    loggerInstance: platform.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId().slice(-12),
    rewriteUrl: (request: { url?: string }) => `/console${request.url ?? '/'}`,
    bodyLimit: 1_048_576,
    // Tests choose the address from which they come.
    trustProxy: '127.0.0.1',
  } as ConstructorParameters<typeof DeskAdapter>[0]);
  guardApiDoor(adapter, api);
  const templates = loadDeskTemplates(join(import.meta.dirname, '../themes/desk'), platform.calendar);
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: ApiModule,
      controllers: apiControllers as never[],
      providers: [
        ...providers,
        { provide: DESK, useValue: new Desk(platform, templates, rules, [], DESK_HOST, ORIGIN) },
      ],
    },
    adapter,
    { logger: false, abortOnError: false },
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    api,
    port,
    ask: (path, { token, method = 'GET', headers = {}, body, raw } = {}) =>
      new Promise((resolve, reject) => {
        const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
        const sent = send(
          {
            host: '127.0.0.1',
            port,
            path,
            method,
            headers: {
              host: DESK_HOST,
              ...(token ? { authorization: `Bearer ${token}` } : {}),
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
              ...headers,
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('end', () => {
              const text = Buffer.concat(chunks).toString();
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers as Record<string, string | undefined>,
                text,
                json: /json/.test(String(response.headers['content-type'])) && text ? JSON.parse(text) : null,
              });
            });
          },
        );
        sent.on('error', reject);
        sent.end(content);
      }),
    close: () => app.close(),
  };
}

/** A token that the account makes for itself; whoever must have a second factor has one. */
export async function aToken(
  platform: TestPlatform,
  account: BuiltAccount,
  over: Partial<NewApiToken> = {},
): Promise<{ id: string; token: string }> {
  await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, (tx) =>
    tx.query('UPDATE account SET second_factor = true WHERE id = $1', [account.id]),
  );
  const ctx = await deskOf(platform, account);
  const may = [...rules.keys()].filter((action) => maySomewhere(ctx, action));
  return new CreateToken(platform.work, platform.calendar, rules).run(ctx, {
    name: '测试',
    expiresOn: platform.calendar.day(new Date(Date.now() + 30 * 86_400_000)),
    actions: may,
    site: null,
    ...over,
  });
}
