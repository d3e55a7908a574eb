// The tools of both servers.
const schema = { type: 'object', properties: { say: { type: 'string' } } };

export const tools = ['echo', 'fail', 'mixed', 'structured', 'slow', 'wait', 'change', 'forget'].map((name) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: schema,
}));

const text = (words) => ({ content: [{ type: 'text', text: words }] });

/** Calls a tool. `server` says how the progress is told, and what changes the list or forgets the sessions. */
export async function call({ name, arguments: input = {}, _meta }, signal, server) {
  switch (name) {
    case 'echo':
      return text(`you said ${input.say}`);
    case 'fail':
      return { ...text('it failed'), isError: true };
    case 'mixed':
      return {
        content: [
          { type: 'text', text: 'mixed' },
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          { type: 'resource_link', uri: 'file:///a.txt', name: 'a.txt' },
        ],
      };
    case 'structured':
      return { content: [], structuredContent: { degrees: 21.5 } };
    case 'slow':
      await server.progress({ progressToken: _meta.progressToken, progress: 1, total: 2, message: 'half' });
      return text('done');
    case 'wait':
      await server.progress({ progressToken: _meta.progressToken, progress: 0, message: 'begun' });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      tools.push({ name: 'was_cancelled', description: 'Says that a call was cancelled.', inputSchema: schema });
      return text('cancelled');
    case 'change':
      tools.push({ name: 'added', description: 'Was added.', inputSchema: schema });
      await server.changed();
      return text('changed');
    case 'forget':
      server.forget();
      return text('forgotten');
    default:
      throw new Error(`there is no tool ${name}`);
  }
}
