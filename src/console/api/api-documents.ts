import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import { Rendered, View } from '../shell/answers.js';
import { DESK, type Desk } from '../shell/desk.js';
import { ruled } from '../shell/route-rule.js';
import { API, type Api } from './api.js';
import { docsModel } from './docs-model.js';
import { openApiDocument } from './openapi.js';

const WHY = 'says what the API is, the same for everybody; nothing of any tenant';

/** The documents of the API: a page for people, OpenAPI for programs. Made once: they do not change while it runs. */
@Controller('console/api')
export class ApiDocuments {
  private readonly model: Record<string, unknown>;
  private readonly document: string;

  constructor(
    @Inject(API) api: Api,
    @Inject(DESK) private readonly desk: Desk,
  ) {
    this.model = docsModel(api);
    this.document = JSON.stringify(openApiDocument(api), null, 2);
  }

  @Get('docs')
  @ruled({ kind: 'open', why: WHY })
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.desk.send(reply, this.desk.page(request, new View('console/api-docs.njk', { title: 'API 文档' }, this.model)));
  }

  @Get('v1/openapi.json')
  @ruled({ kind: 'open', why: WHY })
  openApi(@Res() reply: FastifyReply): void {
    const headers = {
      ...SECURITY_HEADERS,
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
    };
    this.desk.send(reply, new Rendered(200, headers, this.document));
  }
}
