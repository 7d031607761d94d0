import { join } from 'node:path';
import { AdministerAccount } from './access/account/administer-account.js';
import { duties } from './access/duties.js';
import { acts } from './acts.js';
import { apiControllers, openApi } from './api.js';
import { ExplainPages } from './console/access/explain.pages.js';
import { AccountPages } from './console/accounts/account.pages.js';
import { AccountActPages } from './console/accounts/account-acts.pages.js';
import type { Api } from './console/api/api.js';
import { AuditPages } from './console/audit/audit.pages.js';
import { ACTS } from './console/audit/audit-words.js';
import { GrantPages } from './console/grants/grant.pages.js';
import { HomePages } from './console/home/home.pages.js';
import { PROMISES, WAITING } from './console/home/waiting.js';
import { accountsWaiting, grantsEnding, passwordEnding } from './console/home/waiting-access.js';
import { movesFailed } from './console/home/waiting-moves.js';
import { reorganisationsDue } from './console/home/waiting-reorganisations.js';
import { MePages } from './console/me/me.pages.js';
import { OwnGrantPages } from './console/me/own-grants.pages.js';
import { TokenPages } from './console/me/token.pages.js';
import { OrganPages } from './console/organs/organ.pages.js';
import { RangePages } from './console/ranges/range.pages.js';
import { PlanPages } from './console/reorganisations/plan.pages.js';
import { PlanActPages } from './console/reorganisations/plan-acts.pages.js';
import { PlanFilePages } from './console/reorganisations/plan-file.pages.js';
import { PlanningPages } from './console/reorganisations/planning.pages.js';
import { openReorganisationDesk, REORGANISATIONS } from './console/reorganisations/reorganisation-desk.js';
import { Addresses } from './console/shell/addresses.js';
import { DeskAssetController } from './console/shell/asset.controller.js';
import { type ControllerClass, declaredRoutes } from './console/shell/declared-routes.js';
import { ACCOUNTS, CHARGES, DESK, Desk, IDENTITY, PLATFORM } from './console/shell/desk.js';
import { MissingPages } from './console/shell/missing.pages.js';
import { OPEN_DESK, OpenDesk } from './console/shell/open-desk.js';
import { REFUSALS, Refusals } from './console/shell/refusals.js';
import { loadDeskTemplates } from './console/shell/templates.js';
import { InvitationPages } from './console/sign-in/invitation.pages.js';
import { SignInPages } from './console/sign-in/sign-in.pages.js';
import { HostnamePages } from './console/sites/hostname.pages.js';
import { SitePages } from './console/sites/site.pages.js';
import { SiteActPages } from './console/sites/site-acts.pages.js';
import { SiteClonePages } from './console/sites/site-clone.pages.js';
import { SiteMovePages } from './console/sites/site-move.pages.js';
import { SubSitePages } from './console/sites/sub-site.pages.js';
import { SwitchPages } from './console/sites/switch.pages.js';
import { OpeningPages } from './console/tenants/opening.pages.js';
import { RetirementPages } from './console/tenants/retirement.pages.js';
import { TENANCY, type TenancyDesk } from './console/tenants/tenancy-desk.js';
import { TenantPages } from './console/tenants/tenant.pages.js';
import { TenantActPages } from './console/tenants/tenant-acts.pages.js';
import { ChannelPages } from './content/channel/channel.pages.js';
import { ChannelActsPages } from './content/channel/channel-acts.pages.js';
import { promisesAtHome } from './content/channel/promises-at-home.js';
import { type Identity, openIdentity } from './identity/identity.js';
import { mailLater } from './jobs.js';
import { projectRoot } from './kernel/config/project-root.js';
import type { Jobs } from './kernel/jobs/jobs.js';
import { openMailer } from './kernel/mail/mailer.js';
import type { Platform } from './kernel/platform/platform.js';
import { menu } from './menu.js';
import { originOf } from './origin.js';
import { rules } from './policies.js';
import { reorganisationParts } from './reorganisation-parts.js';

export interface DeskRooms {
  /** `console.BASE_DOMAIN` */
  host: string;
  origin: string;
  identity: Identity;
  api: Api;
  /** For `guardDeskDoor`. */
  refusals: Refusals;
  controllers: ControllerClass[];
  providers: { provide: symbol; useValue: unknown }[];
}

/** The pages of every room, in no order: the router takes the most exact address. */
export const deskControllers: ControllerClass[] = [
  DeskAssetController,
  SignInPages,
  InvitationPages,
  HomePages,
  MePages,
  OwnGrantPages,
  AccountPages,
  AccountActPages,
  GrantPages,
  ExplainPages,
  ChannelPages,
  ChannelActsPages,
  SwitchPages,
  SitePages,
  SiteActPages,
  SiteClonePages,
  SubSitePages,
  SiteMovePages,
  HostnamePages,
  TenantPages,
  OpeningPages,
  TenantActPages,
  RetirementPages,
  AuditPages,
  RangePages,
  OrganPages,
  PlanPages,
  PlanActPages,
  PlanningPages,
  PlanFilePages,
  TokenPages,
  MissingPages,
];

/** The desk with the pages of every room, and the API that answers on the same host. */
export function openDesk(platform: Platform, tenancy: TenancyDesk, jobs: Jobs): DeskRooms {
  const host = `console.${platform.config.baseDomain}`;
  const origin = originOf(platform.config)(host);
  const templates = loadDeskTemplates(join(projectRoot, 'themes', 'desk'), platform.calendar);
  const identity = openIdentity(platform, duties, {
    deskOrigin: origin,
    mailer: openMailer(platform.config),
    later: mailLater(jobs, platform),
  });
  const desk = new Desk(platform, templates, rules, menu, host, origin);
  const opening = new OpenDesk(platform, rules);
  const refusals = new Refusals(
    desk,
    opening,
    new Addresses(declaredRoutes([...deskControllers, ...apiControllers], rules)),
  );
  const { api, providers: apiProviders } = openApi(platform, { origin, originOf: originOf(platform.config) });
  return {
    host,
    origin,
    identity,
    api,
    refusals,
    controllers: [...deskControllers, ...apiControllers],
    providers: [
      ...apiProviders,
      { provide: PLATFORM, useValue: platform },
      { provide: DESK, useValue: desk },
      { provide: REFUSALS, useValue: refusals },
      { provide: IDENTITY, useValue: identity },
      { provide: ACCOUNTS, useValue: new AdministerAccount(platform.work, platform.calendar) },
      {
        provide: WAITING,
        useValue: [
          passwordEnding,
          grantsEnding(platform.work),
          accountsWaiting(platform.work),
          reorganisationsDue(platform.work, platform.calendar),
          movesFailed(platform.work, platform.calendar),
        ],
      },
      { provide: PROMISES, useValue: promisesAtHome(platform) },
      { provide: TENANCY, useValue: tenancy },
      { provide: CHARGES, useValue: tenancy.charges },
      { provide: ACTS, useValue: acts },
      { provide: REORGANISATIONS, useValue: openReorganisationDesk(platform, reorganisationParts) },
      { provide: OPEN_DESK, useValue: opening },
    ],
  };
}
