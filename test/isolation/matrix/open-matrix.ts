import type { ControllerClass } from '../../../src/console/shell/declared-routes.js';
import { aDesk, type TestDesk } from '../../desk.js';
import { aPlatform, type TestPlatform } from '../../platform.js';
import type { TestWeb } from '../../web.js';
import { everybody, type Person } from './people.js';
import { Rehearsal } from './rehearsal.js';
import { type Route, routesAndFaults } from './routes.js';
import { aWorld, type World } from './world.js';

/** The world with the desk open in it: from here on nothing that is done at the desk is kept. */
export interface Matrix {
  platform: TestPlatform;
  world: World;
  desk: TestDesk;
  people: Person[];
  rehearsal: Rehearsal;
  routes: Route[];
  /** What is wrong between routes and entries. */
  withoutEntry: string[];
  personOf(name: string): Person;
  close(): Promise<void>;
}

export async function openMatrix(prepare: (platform: TestPlatform) => void = () => {}): Promise<Matrix> {
  const platform = await aPlatform();
  prepare(platform);
  const world = await aWorld(platform);
  const desk = await aDesk(platform);
  const people = await everybody(platform, desk, world);
  const { routes, faults } = routesAndFaults(controllersOf(desk.web));
  return {
    platform,
    world,
    desk,
    people,
    rehearsal: new Rehearsal(platform.connections),
    routes,
    withoutEntry: faults,
    personOf: (name) => people.find((person) => person.name === name)!,
    close: async () => {
      await desk.close();
      await world.superuser.end();
      await platform.close();
    },
  };
}

/** The controllers that the web process really has, whoever put them together. */
function controllersOf({ app }: TestWeb): ControllerClass[] {
  const { container } = app as unknown as {
    container: { getModules(): Map<string, { controllers: Map<unknown, { metatype: ControllerClass }> }> };
  };
  return [...container.getModules().values()].flatMap(({ controllers }) =>
    [...controllers.values()].map(({ metatype }) => metatype),
  );
}
