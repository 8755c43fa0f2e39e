/**
 * What a module that needs xstate exports: an optional peer dependency, which only the inspector needs and the other
 * commands do without.
 *
 * @throws Error that says what to install, if it is not.
 */
export async function withXstate<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'xstate'")) throw error
    throw new Error('the inspector needs xstate 5, which is not installed: npm install xstate', {
      cause: error,
    })
  }
}
