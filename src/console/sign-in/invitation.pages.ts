import { Body, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Identity } from '../../identity/identity.js';
import { UserError } from '../../kernel/user-error.js';
import { type Answer, View } from '../shell/answers.js';
import { DESK, type Desk, IDENTITY } from '../shell/desk.js';
import { readForm } from '../shell/form.js';
import { DeskRoutes, DoesAnybody, ShowsAnybody } from '../shell/route.js';
import { callerOf } from './caller.js';
import { entered } from './entered.js';
import { rulesInWords } from './rules-in-words.js';

const OPEN = 'the one-time link itself says who may come in';

const form = z.object({ password: z.string().max(256).default(''), again: z.string().max(256).default('') });

/** A one-time link: into a new account, or to a new password. Looking changes nothing (mail scanners open links). */
@DeskRoutes('invitation')
export class InvitationPages {
  constructor(
    @Inject(DESK) private readonly desk: Desk,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {}

  @ShowsAnybody(':token', OPEN)
  look(@Param('token') token: string): Promise<View> {
    return this.page(token, {});
  }

  @DoesAnybody(':token', OPEN)
  async accept(@Param('token') token: string, @Req() request: FastifyRequest, @Body() body: unknown): Promise<Answer> {
    const { password, again } = readForm(form, body);
    if (password !== again) return (await this.page(token, { again: '两次输入的不一样，请重新输入。' })).with(422);
    try {
      const made = await this.identity.invitations.accept({ token, password }, callerOf(this.desk, request));
      return entered(this.desk, made, '/');
    } catch (error) {
      if (error instanceof UserError && error.code === 'identity.password-weak')
        return (await this.page(token, { password: error.message })).with(422);
      if (error instanceof UserError && error.status < 500)
        return (await this.page(token, {}, error.message)).with(error.status);
      throw error;
    }
  }

  /** @param refused why nobody came in by a link that is still good (from this address not), or null */
  private async page(token: string, errors: Record<string, string>, refused: string | null = null): Promise<View> {
    const found = await this.identity.invitations.look(token).catch((error: unknown) => {
      if (error instanceof UserError && error.status < 500) return error;
      throw error;
    });
    const model = { rules: rulesInWords, errors, action: `/invitation/${token}` };
    if (found instanceof UserError)
      return new View('invitation.njk', { title: '' }, { ...model, invitation: null, sentence: found.message }).with(
        found.status,
      );
    const { calendar } = this.desk.platform;
    return new View(
      'invitation.njk',
      { title: '' },
      { ...model, sentence: null, refused, invitation: { ...found, until: calendar.minute(found.expiresAt) } },
    );
  }
}
