import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import type { Feature } from '../src/kernel/objects/object-store.contract.js';
import type { S3Settings } from '../src/kernel/objects/s3-client.js';
import { notRun, testRunDirectory } from './not-run.js';
import { freePort, noteServer } from './servers.js';

export interface S3ForTests {
  /** What answers: its name is part of the tests' names. */
  server: string;
  /** With a bucket of its own name for each call, not made yet. */
  settings: S3Settings;
  /** Parts of the contract of object stores that cannot be checked on it. */
  lacks: ReadonlySet<Feature>;
  stop(): Promise<void>;
}

const bucket = () => `jiyue-test-${randomBytes(6).toString('hex')}`;
const complete: ReadonlySet<Feature> = new Set();

/**
 * An S3 server for a suite: the one that `S3_TEST_ENDPOINT` names (with `S3_TEST_REGION`, `S3_TEST_ACCESS_KEY`,
 * `S3_TEST_SECRET_KEY`), else MinIO in a container, else a RADOS gateway where it is installed, else s3rver, which is
 * listed as NOT RUN with what it cannot show.
 */
export async function startS3ForTests(): Promise<S3ForTests> {
  return environmentServer() ?? (await minioContainer()) ?? (await radosGateway()) ?? (await s3rver());
}

function environmentServer(): S3ForTests | null {
  const { S3_TEST_ENDPOINT, S3_TEST_REGION, S3_TEST_ACCESS_KEY, S3_TEST_SECRET_KEY } = process.env;
  if (!S3_TEST_ENDPOINT) return null;
  const keys = { accessKey: S3_TEST_ACCESS_KEY ?? '', secretKey: S3_TEST_SECRET_KEY ?? '' };
  const settings = { endpoint: S3_TEST_ENDPOINT, region: S3_TEST_REGION ?? 'us-east-1', bucket: bucket(), ...keys };
  return { server: 'the S3 server of S3_TEST_ENDPOINT', settings, lacks: complete, stop: async () => {} };
}

async function minioContainer(): Promise<S3ForTests | null> {
  if (!(await getContainerRuntimeClient().catch(() => null))) return null;
  const keys = { accessKey: 'appkey', secretKey: 'appsecretappsecret' };
  const container = await new GenericContainer('minio/minio:latest')
    .withEnvironment({ MINIO_ROOT_USER: keys.accessKey, MINIO_ROOT_PASSWORD: keys.secretKey })
    .withCommand(['server', '/data'])
    .withExposedPorts(9000)
    .withWaitStrategy(Wait.forHttp('/minio/health/ready', 9000))
    .start();
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(9000)}`;
  const settings = { endpoint, region: 'us-east-1', bucket: bucket(), ...keys };
  return { server: 'MinIO', settings, lacks: complete, stop: async () => void (await container.stop()) };
}

const RADOS_PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool'];

async function radosGateway(): Promise<S3ForTests | null> {
  // its daemons insist on being root
  if (process.getuid?.() !== 0) return null;
  const found = await promisify(execFile)('which', RADOS_PROGRAMS).catch(() => null);
  if (!found) return null;
  const directory = path.join(testRunDirectory(), `radosgw-${randomBytes(4).toString('hex')}`);
  const [port, monitorPort] = [await freePort(), await freePort()];
  const up = spawn(path.join(import.meta.dirname, 'radosgw-up.sh'), [directory, String(port), String(monitorPort)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(up, 'exit');
  const pids = daemonsOf(directory);
  noteServer(path.basename(directory), { pids, signal: 'SIGTERM', directories: [directory] });
  if (code !== 0) throw new Error(`radosgw-up.sh ended with ${code}; its logs are in ${directory}/log`);
  const keys = { accessKey: 'appkey', secretKey: 'appsecretappsecret' };
  const settings = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: bucket(), ...keys };
  const stop = async () => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  };
  return { server: 'RADOS gateway', settings, lacks: complete, stop };
}

function daemonsOf(directory: string): number[] {
  const run = path.join(directory, 'run');
  const files = readdirSync(run).filter((name) => name.endsWith('.pid'));
  return files.map((name) => Number(readFileSync(path.join(run, name), 'utf8')));
}

async function s3rver(): Promise<S3ForTests> {
  const lacks = new Set<Feature>(['upload in parts', 'range of the first byte', 'list of more than 1000']);
  notRun('s3', `no S3 server, container engine or radosgw; s3rver does not show: ${[...lacks].join(', ')}`);
  const { default: S3rver } = await import('@20minutes/s3rver');
  const directory = path.join(testRunDirectory(), `s3rver-${randomBytes(4).toString('hex')}`);
  await mkdir(directory);
  const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true });
  const { port } = await server.run();
  const keys = { accessKey: 'S3RVER', secretKey: 'S3RVER' };
  const settings = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: bucket(), ...keys };
  return { server: 's3rver', settings, lacks, stop: () => server.close() };
}
