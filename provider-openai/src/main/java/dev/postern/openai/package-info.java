/**
 * A provider for servers with OpenAI's chat completions API: OpenAI, Azure, LM Studio, Ollama, vLLM, TGI, llama.cpp and
 * others.
 *
 * <p>An application uses {@link dev.postern.openai.OpenAiProvider} and sometimes a
 * {@link dev.postern.openai.ServerProfile}, which describes how a server deviates from OpenAI's API. A call passes
 * these classes:
 *
 * <pre>
 * CompletionRequest -&gt; ChatRequestWriter -&gt; HttpTransport -&gt; ReplyDecoder -&gt; ChatReader -&gt; StreamEvent
 *                      ChatMessageWriter                      (SSE or JSON)   AnswerReader
 *                                                                             ToolCallAssembler
 *                                                                             ChatErrorReader
 * </pre>
 *
 * <p>The writer is strict: it sends only what the profile allows. The reader is tolerant: it accepts every form that a
 * server is known to send, and reads streams and whole answers with the same code.
 */
@NullMarked
package dev.postern.openai;

import org.jspecify.annotations.NullMarked;
