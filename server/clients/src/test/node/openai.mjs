// One request of OpenAI's client: reads it from the standard input as JSON, and writes the chat completion as JSON.
import OpenAI from 'openai';
import { readFileSync } from 'node:fs';

const { url, key, body, stream, abort } = JSON.parse(readFileSync(0, 'utf8'));
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });
try {
  if (abort) {
    const chunks = client.chat.completions.stream(body);
    await new Promise((resolve) => chunks.on('content', resolve));
    chunks.abort();
    // The process stays alive, so that only the client can have closed the connection.
    console.log('aborted');
    setTimeout(() => {}, 60_000);
  } else if (stream) {
    const chunks = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    console.log(JSON.stringify(await chunks.finalChatCompletion()));
  } else {
    console.log(JSON.stringify(await client.chat.completions.create(body)));
  }
} catch (e) {
  console.error(`${e.constructor.name}: ${e.message}`);
  process.exit(1);
}
