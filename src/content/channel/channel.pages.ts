import { Body, Inject, Param, Query } from '@nestjs/common';
import type { Charges } from '../../access/charge/charges.js';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, may, maySomewhere } from '../../authority/desk-context.js';
import { chargeView, givenInWords } from '../../console/grants/charge.view.js';
import { type Answer, done, View } from '../../console/shell/answers.js';
import { CHARGES, PLATFORM } from '../../console/shell/desk.js';
import { readForm } from '../../console/shell/form.js';
import { chipsOf, type Query as ListQuery, one } from '../../console/shell/list.js';
import { remembered } from '../../console/shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../../console/shell/route.js';
import { type Fault, submitted, untouched } from '../../console/shell/submitted.js';
import { stillOf, undone } from '../../console/shell/undo.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { contentErrors } from '../errors.js';
import { ChangeChannel } from './change-channel.js';
import { ChannelDesk } from './channel-desk.js';
import {
  editForm,
  fieldOf,
  findOrganOptions,
  findSiteKind,
  newForm,
  typeOptions,
  unchanged,
  valuesOf,
} from './channel-forms.js';
import { findGrantsOver } from './channel-grants.js';
import {
  CHANNELS,
  type ChannelFilter,
  channelsAddress,
  LIGHTS,
  readFilter,
  selectedRow,
  treeRows,
} from './channel-list.view.js';
import { channelPanel, grantList } from './channel-panel.view.js';
import type { ChannelTreeRow } from './channel-tree.js';
import { CreateChannel } from './create-channel.js';
import type { SiteRef } from './site-channels.js';

/** Each site's list is remembered by itself: an organ of one is none of another. */
const listOf = (siteId: string) => ({
  name: `channels ${siteId}`,
  path: CHANNELS,
  parameters: ['q', 'organ', 'light'],
});

/** The channels of the site that one works on: the tree, a new one, what a channel says of itself. */
@DeskRoutes('channels')
export class ChannelPages {
  private readonly channels: ChannelDesk;
  private readonly create: CreateChannel;
  private readonly change: ChangeChannel;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(CHARGES) private readonly charges: Charges,
  ) {
    this.channels = new ChannelDesk(platform);
    this.create = new CreateChannel(platform.work);
    this.change = new ChangeChannel(platform.work);
  }

  @Shows('', 'channel.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const site = this.channels.siteOf(session);
    const before = await remembered(this.platform.work, ctx, session, listOf(site.id), query);
    if (before) return before;
    const tree = await this.channels.tree(ctx, site);
    const filter = readFilter(query);
    const at = selectedRow(tree, filter, one(query, 'at'));
    const seesGrants = maySomewhere(ctx, 'grant.read');
    const grants = at && seesGrants ? await findGrantsOver(this.platform.work, ctx, site, at.path) : [];
    const arranges = maySomewhere(ctx, 'channel.arrange') && tree.some((row) => row.may.arrange);
    return new View(
      'content/channels.njk',
      { title: '栏目', lead: leadOf(session, tree), section: 'channels' },
      {
        filter,
        organs: organsOf(tree),
        lights: Object.entries(LIGHTS).map(([value, label]) => ({ value, label })),
        chips: activeFilters(filter, tree),
        rows: treeRows(tree, filter, at?.id ?? null),
        total: tree.length,
        seesGrants,
        arrange: arranges
          ? {
              on: filter.arranging,
              href: channelsAddress(filter, { at: at?.id ?? null, arrange: filter.arranging ? null : '1' }),
            }
          : null,
        above: tree[0]?.above ?? [],
        mayCreate: this.parentsFor(ctx, session, tree).length > 0,
        at: at && channelPanel(at),
        grants: at && seesGrants ? grantList(ctx, site, at, grants, this.platform.calendar) : null,
        mayGive:
          at !== null &&
          may(ctx, 'grant.give', { tenantId: site.tenantId, siteId: site.id, channelPath: at.path, accountId: null }),
        giveAt: at && `channel:${site.tenantId}:${site.id}:${at.id}`,
      },
    );
  }

  @Shows('new', 'channel.arrange')
  async newChannel(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    return this.newForm(ctx, session, untouched({ parentId: one(query, 'below') }));
  }

  @Does('', 'channel.arrange')
  make(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Body() body: unknown) {
    return submitted(body, {
      schema: newForm,
      run: async ({ charge, site: openedFor, ...form }) => {
        const site = this.channels.siteOf(session);
        if (openedFor !== undefined && openedFor !== site.id)
          throw contentErrors['content.channel-other-site']({ now: session.siteName ?? '' });
        const inCharge = charge ? await this.charges.named(ctx, charge) : null;
        return this.create.run(ctx, site, form, inCharge);
      },
      next: ({ id, name, path, given }) =>
        done(`${CHANNELS}?at=${id}#row-${id}`, `已新建栏目“${name}”，地址是 /${path}/。${givenInWords(given)}`),
      again: (fault) => this.newForm(ctx, session, fault),
      fieldOf,
    });
  }

  @Shows(':id/edit', 'channel.change')
  async edit(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    return this.editForm(ctx, session, id, null);
  }

  @Does(':id', 'channel.change')
  save(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string, @Body() body: unknown) {
    const still = stillOf(body);
    if (still)
      return undone(`${CHANNELS}?at=${id}#row-${id}`, async () => {
        const form = readForm(editForm, body);
        await this.change.run(ctx, this.channels.siteOf(session), id, form, still);
        return `已撤销，“${form.name}”和原来一样。`;
      });
    return submitted(body, {
      schema: editForm,
      run: (form) => this.change.run(ctx, this.channels.siteOf(session), id, form),
      next: ({ changed, reverse }, form) =>
        changed.length > 0
          ? done(`${CHANNELS}?at=${id}#row-${id}`, `已保存“${form.name}”。`, unchanged(id, reverse))
          : done(`${CHANNELS}?at=${id}#row-${id}`, '没有改动。'),
      again: (fault) => this.editForm(ctx, session, id, fault),
      fieldOf,
    });
  }

  private async newForm(ctx: DeskSession, session: ReadSession, fault: Fault): Promise<View> {
    const site = this.channels.siteOf(session);
    const tree = await this.channels.tree(ctx, site);
    const parents = this.parentsFor(ctx, session, tree);
    const parent = tree.find((row) => row.id === fault.values.parentId) ?? null;
    // A bureau makes channels below its own: that is the first choice where the top of the site is none.
    const parentId = parents.some(({ value }) => value === (fault.values.parentId ?? ''))
      ? (fault.values.parentId ?? '')
      : (parents[0]?.value ?? '');
    if (parents.length === 0)
      authorize(ctx, 'channel.arrange', { tenantId: site.tenantId, siteId: site.id, channelPath: null });
    return new View(
      'content/channel-form.njk',
      { title: '新建栏目', lead: session.siteName ?? '', section: 'channels' },
      {
        action: CHANNELS,
        verb: '新建',
        cancel: parent ? `${CHANNELS}?at=${parent.id}` : CHANNELS,
        fault: { ...fault, values: { itemKind: parent?.itemKind ?? 'article', ...fault.values, parentId } },
        made: {
          site: site.id,
          parents,
          types: typeOptions(parent),
          type: fault.values.columnType ?? parent?.columnType ?? '工作动态',
        },
        organs: await findOrganOptions(this.platform.work, ctx, site),
        charge: await this.chargeFor(ctx, site, parents, tree, parentId),
        inherited: false,
      },
    );
  }

  private async editForm(ctx: DeskSession, session: ReadSession, id: string, fault: Fault | null): Promise<View> {
    const site = this.channels.siteOf(session);
    const channel = await this.channels.find(ctx, site, id);
    authorize(ctx, 'channel.change', { tenantId: site.tenantId, siteId: site.id, channelPath: channel.path });
    return new View(
      'content/channel-form.njk',
      { title: `修改“${channel.name}”`, lead: `/${channel.path}/`, section: 'channels' },
      {
        action: `${CHANNELS}/${id}`,
        verb: '保存',
        cancel: `${CHANNELS}?at=${id}`,
        fault: fault ?? untouched(valuesOf(channel)),
        made: null,
        organs: await findOrganOptions(this.platform.work, ctx, site),
        charge: null,
        inherited: channel.inherited,
      },
    );
  }

  /** Who may be put in charge of it, judged where it may be made, the chosen place first. */
  private async chargeFor(
    ctx: DeskSession,
    site: SiteRef,
    parents: { value: string }[],
    tree: ChannelTreeRow[],
    chosen: string,
  ) {
    const kind = await findSiteKind(this.platform.work, ctx, site);
    const pathOf = new Map(tree.map(({ id, path }) => [id, path]));
    const within = [chosen, ...parents.map(({ value }) => value).filter((value) => value !== chosen)].map((value) => ({
      tenantId: site.tenantId,
      siteId: site.id,
      channelPath: pathOf.get(value) ?? null,
    }));
    const { tenantId } = site;
    return chargeView(this.platform.work, this.charges, ctx, { kinds: [kind], over: 'channel', within, tenantId });
  }

  /** Below what the caller may make a channel. */
  private parentsFor(ctx: DeskSession, session: ReadSession, tree: ChannelTreeRow[]) {
    const site = this.channels.siteOf(session);
    const top = may(ctx, 'channel.arrange', { tenantId: site.tenantId, siteId: site.id, channelPath: null });
    return [
      ...(top ? [{ value: '', label: '第一级' }] : []),
      ...tree
        .filter((row) => row.may.arrangeBelow && row.path.split('/').length < 6)
        .map((row) => ({ value: row.id, label: `${'　'.repeat(row.depth)}${row.name}（/${row.path}/）` })),
    ];
  }
}

function leadOf(session: ReadSession, tree: readonly ChannelTreeRow[]): string {
  const late = tree.filter((row) => row.light === 'bad').length;
  return `${session.siteName}，${tree.length} 个栏目${late > 0 ? `，${late} 个超期没有更新` : ''}`;
}

/** The organs that answer for some channel, for the filter. */
function organsOf(tree: readonly ChannelTreeRow[]) {
  const organs = new Map(tree.flatMap(({ organ }) => (organ ? [[organ.id, organ.name] as const] : [])));
  return [...organs].map(([value, label]) => ({ value, label }));
}

function activeFilters(filter: ChannelFilter, tree: readonly ChannelTreeRow[]) {
  const { search, organ, light } = filter;
  const organName = organ === 'none' ? '未指定' : organsOf(tree).find(({ value }) => value === organ)?.label;
  return chipsOf(CHANNELS, { q: search, organ, light, arrange: filter.arranging ? '1' : undefined }, [
    ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
    ...(organ ? [{ name: 'organ', label: '负责机关', value: organName ?? '（没有）' }] : []),
    ...(light ? [{ name: 'light', label: '更新', value: LIGHTS[light] }] : []),
  ]);
}
