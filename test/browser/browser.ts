/**
 * Finds a browser for the tests. In this order: `CHROME_PATH`; a Chrome, Chromium or Edge that is installed; on
 * Linux x64 the binary that the npm package `@sparticuz/chromium` ships, unpacked once. Elsewhere a missing
 * browser is an error that says what to install.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir, tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

export interface FoundBrowser {
  executablePath: string
  /** What has to be added to the environment that it runs in. */
  env: Record<string, string>
}

export async function findBrowser(): Promise<FoundBrowser> {
  const named = process.env['CHROME_PATH']
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return { executablePath: named, env: {} }
    throw new Error(`CHROME_PATH is ${named}, and there is no such file`)
  }
  const installed = candidates().find(existsSync)
  if (installed !== undefined) return { executablePath: installed, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return packaged()
  throw new Error(
    'The browser tests need Google Chrome, Chromium or Microsoft Edge: install one, or set CHROME_PATH to one.',
  )
}

/** A new browser. Whoever launched it closes it. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser()
  const isRoot = process.platform !== 'win32' && userInfo().uid === 0
  return chromium.launch({
    executablePath,
    headless: true,
    env: { ...(process.env as Record<string, string>), ...env },
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox refuses to run as root, and needs namespaces that containers often lack.
      ...(isRoot || process.platform === 'linux' ? ['--no-sandbox'] : []),
    ],
  })
}

function candidates(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
        ['/Applications', join(homedir(), 'Applications')].map((folder) =>
          join(folder, `${name}.app`, 'Contents', 'MacOS', name),
        ),
      )
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .flatMap((name) => process.env[name] ?? [])
        .flatMap((folder) => [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ])
    default:
      return [
        'google-chrome',
        'google-chrome-stable',
        'chromium',
        'chromium-browser',
        'microsoft-edge',
      ].flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
  }
}

/** Unpacking takes seconds; another process that seems to do it for longer than this has died. */
const PATIENCE = 120_000

/**
 * The packaged binary. It is unpacked beside its final place and moved there whole, by one process at a time, so
 * that neither workers that start together nor one that was killed leave half a browser behind.
 */
async function packaged(): Promise<FoundBrowser> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const about = await readFile(join(dirname(entry), '..', '..', 'package.json'), 'utf8')
  const { version } = JSON.parse(about) as { version: string }
  const place = join(tmpdir(), `wirechart-chromium-${version}-${userInfo().uid}`)
  const lock = `${place}.lock`
  while (!existsSync(place)) {
    if (await isTaken(lock)) {
      await sleep(100)
      continue
    }
    try {
      if (!existsSync(place)) await unpack(entry, place)
    } finally {
      await rm(lock, { recursive: true, force: true })
    }
  }
  return {
    executablePath: join(place, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [join(place, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']]
        .filter(Boolean)
        .join(':'),
      FONTCONFIG_FILE: join(place, 'fonts.conf'),
    },
  }
}

/** Takes the lock if it is free: making a directory is atomic. */
async function isTaken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return false
  } catch {
    const since = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (Date.now() - since > PATIENCE) await rm(lock, { recursive: true, force: true })
    return true
  }
}

async function unpack(entry: string, place: string): Promise<void> {
  const partial = `${place}.${process.pid}`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  // The package unpacks into the temporary directory, and its libraries only where it believes to be in a Lambda
  // of Node 20. Both are said by variables, which are none of this process's business.
  const script = `require(${JSON.stringify(entry)}).executablePath().catch((error) => {
  console.error(error)
  process.exitCode = 1
})`
  await promisify(execFile)(process.execPath, ['--eval', script], {
    env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
  })
  await writeFile(join(partial, 'fonts.conf'), fontConfiguration(place))
  await rename(partial, place)
}

/** The package's own font, behind those of the system if there are any. */
const fontConfiguration = (place: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>${join(place, 'fonts', 'fonts')}</dir>
  <cachedir>${join(place, 'fonts-cache')}</cachedir>
  <alias>
    <family>monospace</family>
    <prefer>
      <family>DejaVu Sans Mono</family>
      <family>Liberation Mono</family>
      <family>Noto Sans Mono</family>
    </prefer>
  </alias>
</fontconfig>
`
