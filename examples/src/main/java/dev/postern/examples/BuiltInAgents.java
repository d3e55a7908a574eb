package dev.postern.examples;

import dev.postern.LlmProvider;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;

/** Two agents for use without a configuration. One of them may call the other. */
final class BuiltInAgents {
    private BuiltInAgents() {}

    static Agents of(LlmProvider llm) {
        return Agents.builder(llm)
                .spec(AgentSpec.builder("assistant")
                        .description("remembers what it is told to, and may ask the critic")
                        .systemPrompt("You are a helpful assistant with a long-term memory.")
                        .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
                        .primitive(AgentSpec.AGENTS, AgentPrimitive.of("critic"))
                        .build())
                .spec(AgentSpec.builder("critic")
                        .description("finds what is wrong with a text")
                        .systemPrompt("You find what is wrong with a text, and say it in a few words.")
                        .build())
                .build();
    }
}
