/**
 * {@link dev.postern.langchain4j.PosternChatModel} and {@link dev.postern.langchain4j.PosternStreamingChatModel} are models of
 * LangChain4j over any {@link dev.postern.LlmProvider}. {@link dev.postern.langchain4j.LangChain4jProvider} is the other way
 * round: a model of LangChain4j as a provider.
 */
@NullMarked
package dev.postern.langchain4j;

import org.jspecify.annotations.NullMarked;
