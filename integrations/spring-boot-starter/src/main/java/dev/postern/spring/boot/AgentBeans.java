package dev.postern.spring.boot;

import dev.postern.agent.AgentLimits;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentsBuilder;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.MemoryStore;
import dev.postern.agent.RunListener;
import dev.postern.agent.Tool;
import dev.postern.agent.ToolApproval;
import dev.postern.agent.ToolFailureText;
import dev.postern.call.Instrumentation.ContextBinding;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanFactory;

/**
 * Gives the beans of the application to its agents: tools, specs, memories and the other types of {@link AgentsBuilder}.
 *
 * @param beans the beans
 */
record AgentBeans(BeanFactory beans) {

    /** Adds the beans to a builder. Of types of which there can be one only, the primary bean counts. */
    void addTo(AgentsBuilder agents) {
        all(Tool.class).forEach(agents::tool);
        all(AgentSpec.class).forEach(agents::spec);
        all(RunListener.class).forEach(agents::listener);
        all(ContextBinding.class).forEach(agents::binding);
        beans.getBeanProvider(ToolApproval.class).ifAvailable(agents::approval);
        beans.getBeanProvider(ToolFailureText.class).ifAvailable(agents::toolFailures);
        beans.getBeanProvider(AgentLimits.class).ifAvailable(agents::limits);
        beans.getBeanProvider(ConversationMemory.class).ifAvailable(agents::conversations);
        beans.getBeanProvider(MemoryStore.class).ifAvailable(agents::memories);
        beans.getBeanProvider(AgentSpecStore.class).ifAvailable(agents::store);
        all(AgentsCustomizer.class).forEach(customizer -> customizer.customize(agents));
    }

    private <T> Stream<T> all(Class<T> type) {
        return beans.getBeanProvider(type).orderedStream();
    }
}
