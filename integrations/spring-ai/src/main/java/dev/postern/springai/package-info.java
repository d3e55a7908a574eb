/**
 * Spring AI and Postern. {@link dev.postern.springai.PosternChatModel} makes a chat model of a provider, and {@link
 * dev.postern.springai.ChatModelProvider} makes a provider of a chat model.
 */
@NullMarked
package dev.postern.springai;

import org.jspecify.annotations.NullMarked;
