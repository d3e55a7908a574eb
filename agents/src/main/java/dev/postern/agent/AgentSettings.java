package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.flow.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of an agent; see {@link AgentBuilder}. */
record AgentSettings(
        String name,
        String owner,
        String description,
        LlmProvider llm,
        String backend,
        String model,
        String system,
        @Nullable Double temperature,
        @Nullable Integer maxTokens,
        Consumer<CompletionRequest.Builder> eachRequest,
        List<Tool> tools,
        List<SubAgent> agents,
        ToolApproval approval,
        ToolFailureText toolFailures,
        AgentLimits limits,
        @Nullable ConversationMemory conversations,
        @Nullable MemoryStore memories,
        boolean memoryRequired,
        String namespace,
        Predicate<String> memoryTools,
        Executor executor,
        Timer timer,
        Supplier<String> newSessionId,
        List<Watching> listeners,
        @Nullable ContextBinding binding) {

    /** Returns the agent's part of the keys of a user's sessions. */
    String actor(String user) {
        return owner + ":" + name + ofUser(user);
    }

    /** Returns the key of a session. */
    SessionKey session(String user, String id) {
        return new SessionKey(actor(user), id);
    }

    /** Returns the namespace of this agent's memories for a user. */
    String namespaceFor(String user) {
        return namespace
                        .replace("{agent_owner}", owner)
                        .replace("{agent_name}", name)
                        .replace(":{session_id}", "")
                        .replace("{session_id}", "")
                + ofUser(user);
    }

    /** Returns the tools of a run: the agent's tools and those for the user's memories. */
    Toolbox toolbox(String user, MemoryFailures failures) {
        List<Tool> all = new ArrayList<>(tools);
        if (memories != null) {
            MemoryTools.of(memories, namespaceFor(user), failures).stream()
                    .filter(tool -> memoryTools.test(tool.name()))
                    .forEach(all::add);
        }
        return new Toolbox(all, agents);
    }

    private static String ofUser(String user) {
        return user.isEmpty() ? "" : ":u:" + user;
    }

    private void change(CompletionRequest.Builder request) {
        try {
            eachRequest.accept(request);
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) { // not a failure of a backend
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "The function that changes each request of the agent '" + name + "' failed with "
                            + e.getClass().getName() + "; correct it.",
                    e);
        }
    }

    /**
     * Returns the next request of a run. The call options fit its backend, which {@code eachRequest} may have replaced.
     *
     * @param turn the context of the request
     */
    @SuppressWarnings("ReferenceEquality") // keeps equal options that eachRequest has set
    CompletionRequest request(RunContext context, CallContext turn, List<Message> messages) {
        CallOptions given = context.parent().options().of(llm, backend);
        CompletionRequest.Builder request = CompletionRequest.builder()
                .backend(backend)
                .model(model)
                .system(system)
                .messages(messages)
                .tools(context.tools().definitions(context.depth()))
                .temperature(temperature)
                .maxTokens(maxTokens)
                .options(given)
                .context(turn);
        change(request);
        CompletionRequest built = request.build();
        return built.options() != given || built.backend().equals(backend)
                ? built
                : built.toBuilder()
                        .options(context.parent().options().of(llm, built.backend()))
                        .build();
    }
}
