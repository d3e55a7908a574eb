package dev.postern.spring.boot;

import dev.postern.agent.AgentsBuilder;

/**
 * Changes the settings of agents that no bean stands for, such as the executor of tools. Beans of this type are called in their order,
 * after the beans were added and before the settings of the Postern file are.
 */
@FunctionalInterface
public interface AgentsCustomizer {

    /**
     * Changes the settings. Called when the application starts and at each reload, on the thread that does it.
     *
     * @throws dev.postern.LlmException to refuse the configuration; a reload changes nothing then
     */
    void customize(AgentsBuilder agents);
}
