package dev.postern.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.postern.LlmProvider;
import java.util.List;
import java.util.Set;

/**
 * What a model of either class consists of.
 *
 * @param llm answers
 * @param requests translates requests
 * @param defaults parameters of requests that do not set them
 * @param listeners LangChain4j's listeners
 * @param modelProvider what listeners are told
 * @param capabilities what AI services may use
 */
record ModelSettings(
        LlmProvider llm,
        Requests requests,
        ChatRequestParameters defaults,
        List<ChatModelListener> listeners,
        ModelProvider modelProvider,
        Set<Capability> capabilities) {}
