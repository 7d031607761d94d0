import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import { DESK, type Desk } from './desk.js';
import { ruled } from './route-rule.js';

/** Style, script and icon of the desk: an address names its content. */
@Controller('console/assets')
export class DeskAssetController {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  @Get(':name')
  @ruled({ kind: 'open', why: 'style and script of the sign-in page, the same for everybody' })
  asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asset = this.desk.templates.asset(request.originalUrl.split('?', 1)[0]!);
    if (!asset) void reply.code(404).headers(SECURITY_HEADERS).type('text/plain; charset=utf-8').send('404\n');
    else
      void reply
        .code(200)
        .headers({
          ...SECURITY_HEADERS,
          'cache-control': 'public, max-age=31536000, immutable',
          etag: asset.etag,
          'content-type': asset.type,
        })
        .send(asset.body);
  }
}
