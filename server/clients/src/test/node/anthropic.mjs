// One request of Anthropic's client: reads it from the standard input as JSON, and writes the message as JSON.
import Anthropic from '@anthropic-ai/sdk';
import { readFileSync } from 'node:fs';

const { url, key, body, stream, abort } = JSON.parse(readFileSync(0, 'utf8'));
const client = new Anthropic({ baseURL: url, apiKey: key });
try {
  if (abort) {
    const events = client.messages.stream(body);
    await new Promise((resolve) => events.on('text', resolve));
    events.abort();
    // The process stays alive, so that only the client can have closed the connection.
    console.log('aborted');
    setTimeout(() => {}, 60_000);
  } else {
    const message = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
    console.log(JSON.stringify(message));
  }
} catch (e) {
  console.error(`${e.constructor.name}: ${e.message}`);
  process.exit(1);
}
