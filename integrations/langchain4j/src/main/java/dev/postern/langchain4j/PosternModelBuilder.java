package dev.postern.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.postern.LlmProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The settings that both models have in common. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class PosternModelBuilder<B extends PosternModelBuilder<B>>
        permits PosternChatModel.Builder, PosternStreamingChatModel.Builder {
    private final LlmProvider llm;
    private ChatRequestParameters defaults = PosternChatRequestParameters.EMPTY;
    private List<ChatModelListener> listeners = List.of();
    private ModelProvider modelProvider = ModelProvider.OTHER;
    private Set<Capability> capabilities = Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    private boolean strictJsonSchema;
    private boolean strictTools;

    PosternModelBuilder(LlmProvider llm) {
        this.llm = llm;
    }

    abstract B self();

    /**
     * Parameters of requests that do not set them; default none. {@link PosternChatRequestParameters} has those that only
     * Postern has.
     */
    public B defaultRequestParameters(ChatRequestParameters parameters) {
        defaults = Objects.requireNonNull(parameters, "parameters");
        return self();
    }

    /** LangChain4j's listeners; default none. They run on the threads of calls and must not block. */
    public B listeners(ChatModelListener... all) {
        return listeners(List.of(all));
    }

    /** LangChain4j's listeners; default none. They run on the threads of calls and must not block. */
    public B listeners(List<ChatModelListener> all) {
        listeners = List.copyOf(all);
        return self();
    }

    /** What listeners are told about who provides the model; default {@link ModelProvider#OTHER}. */
    public B modelProvider(ModelProvider provider) {
        modelProvider = Objects.requireNonNull(provider, "provider");
        return self();
    }

    /**
     * What LangChain4j's AI services may use; default {@link Capability#RESPONSE_FORMAT_JSON_SCHEMA}, because a provider asks
     * in the prompt for a format that its server has no setting for. Without it, AI services write the format into the prompt
     * themselves.
     */
    public B supportedCapabilities(Capability... all) {
        capabilities = Set.of(all);
        return self();
    }

    /**
     * Whether servers must enforce the schema of an answer, where they can; default false. Optional properties are then sent as
     * required ones that may be null, as OpenAI demands. A raw schema is sent as it is.
     */
    public B strictJsonSchema(boolean strict) {
        strictJsonSchema = strict;
        return self();
    }

    /** The same for the arguments of tools that do not say themselves whether they are strict; default false. */
    public B strictTools(boolean strict) {
        strictTools = strict;
        return self();
    }

    final ModelSettings settings() {
        Requests requests = new Requests(new Schemas(strictJsonSchema, strictTools));
        requests.check(defaults);
        ChatRequestParameters own = PosternChatRequestParameters.EMPTY.overrideWith(defaults);
        return new ModelSettings(llm, requests, own, listeners, modelProvider, capabilities);
    }
}
