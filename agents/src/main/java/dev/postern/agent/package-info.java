/**
 * Agents: a model, its tools, and the loop in which it uses them; and answers that are records.
 *
 * <p>{@link dev.postern.agent.Agent} runs the loop: ask the model, run the tools that it calls, hand it the results, ask
 * again. What it may do is bounded by {@link dev.postern.agent.AgentLimits}, what it remembers is in a {@link
 * dev.postern.agent.ConversationMemory} (the conversation) and a {@link dev.postern.agent.MemoryStore} (what the model
 * chose to keep). {@link dev.postern.agent.Tool} is a function with a description, its arguments checked before it runs.
 * {@link dev.postern.agent.Agents} makes agents of {@link dev.postern.agent.AgentSpec}s, which a file declares.
 *
 * <p>A run is one publisher after another behind the same subscriber:
 *
 * <pre>
 * AgentRun: Relay &lt;- opening | ModelTurn | ToolPhase | ModelTurn | … | ending
 *              |- Transcript: what was said, and whether it may go on
 *              |- Spending: what was used, with the agents that were asked; Progress: what a failure tells
 * </pre>
 *
 * <p>{@code ModelTurn} and {@code ToolPhase} know threads, {@code AgentRun} knows that they come one after the other, and
 * {@code Transcript} knows nothing of either.
 */
@NullMarked
package dev.postern.agent;

import org.jspecify.annotations.NullMarked;
