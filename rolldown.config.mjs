import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

/**
 * The library: an entry of package.json is a file here, and what entries share is in `chunks`, once, so that a class is
 * the same whichever entry it comes from. Few files, since finding and opening each of them is most of what an import
 * costs; as readable as their sources, since people debug into them. `tsc` writes the declarations beside them.
 */
const entries = {
  index: 'src/protocol/index.ts',
  framing: 'src/framing/index.ts',
  machines: 'machines/index.ts',
  deflate: 'src/deflate/default.ts',
  'deflate.node': 'src/deflate/node.ts',
  node: 'src/node/index.ts',
  inspect: 'src/inspect/default.ts',
  'inspect.node': 'src/inspect/node.ts',
  testing: 'src/testing/index.ts',
  cli: 'src/cli/main.ts',
}

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

/** Of it nothing but SHA-1 is used, which is therefore taken in; the licence wants its text to go with it. */
const NOBLE = 'node_modules/@noble/hashes/'
const license = () =>
  `/*!\nSHA-1 is of @noble/hashes:\n\n${readFileSync(new URL(`${NOBLE}LICENSE`, import.meta.url), 'utf8')}*/`

export default defineConfig({
  input: entries,
  external: [/^node:/, ...packages],
  platform: 'neutral',
  transform: { target: 'es2023' },
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist/lib',
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.includes(NOBLE)) ? license() : ''),
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          name: 'protocol',
          test: /\/machines\/(events|table|table\.derived)\.ts$|\/src\/(framing|handshake|protocol)\/|\/@noble\/hashes\//,
        },
        { name: 'machines', test: /\/machines\// },
        { name: 'deflate', test: /\/src\/deflate\/(?!node|zlib-codec|sliding-window)/ },
        { name: 'deflate.node', test: /\/src\/deflate\// },
        { name: 'node', test: /\/src\/node\// },
        { name: 'inspect.node', test: /\/src\/inspect\/(access|node|server|steer)\.ts$/ },
        { name: 'inspect', test: /\/src\/inspect\// },
      ],
    },
  },
})
