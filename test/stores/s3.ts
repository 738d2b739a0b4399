// An S3-compatible server for tests: s3rver, with one bucket.

import S3rver from 's3rver';

/** Starts it with its files in a folder. */
export async function startS3(directory: string): Promise<{
  readonly options: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly endpoint: string;
    readonly region: string;
    readonly bucket: string;
  };
  close(): Promise<void>;
}> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'lab', configs: [] }],
  });
  const { port } = await server.run();
  return {
    options: {
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket: 'lab',
    },
    close: () => server.close(),
  };
}
