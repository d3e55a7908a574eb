/**
 * OpenAI-compatible servers: OpenAI, Azure, LM Studio, Ollama, vLLM, TGI, llama.cpp and the many that speak the same
 * protocol with an accent.
 *
 * <p>Users name two types: {@link dev.postern.openai.OpenAiProvider} and, rarely, the
 * {@link dev.postern.openai.ServerProfile} that says how a server's accent sounds. Behind them:
 *
 * <pre>
 * CompletionRequest -&gt; ChatRequestWriter -&gt; HttpTransport -&gt; ReplyDecoder -&gt; ChatReader -&gt; StreamEvent
 *                      MessageWriter                          (SSE or JSON)   ToolCallAssembler
 *                                                                             ErrorReader
 * </pre>
 *
 * <p>The writer is strict: it sends what the profile says the server takes. The reader is tolerant: one reader for
 * streams and whole answers accepts every shape that a server was seen to send.
 */
@NullMarked
package dev.postern.openai;

import org.jspecify.annotations.NullMarked;
