/**
 * OpenAI's Chat Completions API over the gateway. Readers make neutral requests of its bodies; writers make its answers, chunks, lists of
 * models and errors of neutral ones. They have no threads.
 */
package dev.postern.server.door.openai;
