import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { EndGrant } from '../../access/grant/end-grant.js';
import { authorityErrors } from '../../authority/errors.js';
import { roleFacts } from '../../authority/role.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, done, View } from '../shell/answers.js';
import { confirmation, reasonInput } from '../shell/confirmation.js';
import { PLATFORM } from '../shell/desk.js';
import { text } from '../shell/form.js';
import { Ctx, DeskRoutes, DoesOwn, ShowsOwn } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';

const OWN = 'giving up what is one’s own';

const leaving = z.object({ reason: text(200, '请写明原因，会记入审计') });

/** Giving up a grant of one's own: whoever is the last of a tenant's administrators has to find another first. */
@DeskRoutes('me/grants')
export class OwnGrantPages {
  private readonly end: EndGrant;

  constructor(@Inject(PLATFORM) platform: Platform) {
    this.end = new EndGrant(platform.work, platform.calendar);
  }

  @ShowsOwn(':id/end', OWN)
  ask(@Ctx() ctx: DeskSession, @Param('id') grantId: string): Promise<View> {
    return this.question(ctx, grantId, untouched());
  }

  @DoesOwn(':id/end', OWN)
  leave(@Ctx() ctx: DeskSession, @Param('id') grantId: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: leaving,
      run: async ({ reason }) => {
        await this.own(ctx, grantId);
        return this.end.run(ctx, { grantId, reason });
      },
      next: (grant) => done('/me', `已放弃“${roleFacts(grant.role).name}”。`),
      again: (fault) => this.question(ctx, grantId, fault),
    });
  }

  private async own(ctx: DeskSession, grantId: string) {
    const grant = await this.end.find(ctx, grantId);
    if (grant.accountId !== ctx.account.id) throw authorityErrors['authority.missing']();
    return grant;
  }

  private async question(ctx: DeskSession, grantId: string, fault: Fault): Promise<View> {
    const grant = await this.own(ctx, grantId);
    return confirmation(
      { title: `放弃自己的“${roleFacts(grant.role).name}”？`, lead: grant.place, section: 'me' },
      {
        lead: '放弃后您在这里不能再做这些事，立即生效；要恢复须由别人重新授权。',
        after: '这次放弃留在审计记录里。',
        action: `/me/grants/${grantId}/end`,
        inputs: [reasonInput(fault, null)],
        fault,
        verb: '放弃',
        cancel: '/me',
      },
    );
  }
}
