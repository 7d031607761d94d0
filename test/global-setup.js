import { openTestRun } from './test-run.js';

/** Settings of a real installation: no test may reach it by accident. */
const REAL =
  /^(DATABASE_(VISITOR_|CLUSTER_|OWNER_)?URL|S3_(ENDPOINT|REGION|BUCKET|ACCESS_KEY|SECRET_KEY)|DATA_DIR|PORT|SMTP_URL|MAIL_FROM|OIDC_(ISSUER|CLIENT_ID|CLIENT_SECRET)|TRUSTED_PROXIES)$/;

/** Runs once, before Jest starts its workers; what it puts into the environment reaches them. */
export default async function globalSetup() {
  for (const name of Object.keys(process.env).filter((key) => REAL.test(key))) delete process.env[name];
  await openTestRun();
  if (!process.env.TEST_DATABASE_URL) await startContainer();
}

/** Where no container engine answers, the first suite that asks for a database starts the embedded server. */
async function startContainer() {
  const { getContainerRuntimeClient } = await import('testcontainers');
  if (!(await getContainerRuntimeClient().catch(() => null))) return;
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer('postgres:18-alpine').start();
  process.env.JIYUE_TEST_CONTAINER_URL = container.getConnectionUri();
  globalThis.jiyueTestContainer = container;
}
