/**
 * Agents: a model with tools, and the loop in which the model calls them.
 *
 * <p>{@link dev.postern.agent.Agent} runs the loop: send the conversation to the model, run the tools that it calls,
 * send back the results, repeat. {@link dev.postern.agent.AgentLimits} bounds a run. A {@link
 * dev.postern.agent.ConversationMemory} stores conversations, and a {@link dev.postern.agent.MemoryStore} stores what
 * the model chooses to keep. A {@link dev.postern.agent.Tool} is a function with a description; its arguments are
 * checked before it runs. {@link dev.postern.agent.Agents} creates agents from {@link dev.postern.agent.AgentSpec}s,
 * for example from a configuration file. A {@link dev.postern.agent.RunListener} sees runs, their turns and tool calls.
 *
 * <p>A run subscribes to one publisher after the other and forwards their events to one subscriber:
 *
 * <pre>
 * AgentRun: Relay &lt;- opening | ModelTurn | ToolPhase | ModelTurn | … | ending
 *              |- RunScope: the context of all that is below, and RunNews: what the listeners are told
 *              |- Transcript: the messages; EndDecision: whether the run continues, and why it ends
 *              |- RunUsage: tokens and calls, with those of sub-agents; RunProgress: the messages for an exception
 * </pre>
 *
 * <p>{@code ModelTurn} and {@code ToolPhase} handle concurrency. {@code AgentRun} runs them one after the other, so
 * {@code Transcript} needs no synchronization.
 */
@NullMarked
package dev.postern.agent;

import org.jspecify.annotations.NullMarked;
