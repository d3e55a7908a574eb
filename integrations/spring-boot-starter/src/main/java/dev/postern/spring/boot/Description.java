package dev.postern.spring.boot;

import dev.postern.LlmException;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The text of a gateway's configuration, as {@link dev.postern.config.GatewayLoader} reads it. Its {@code toString} shows no text,
 * because that may have a key.
 *
 * @param name the name of the text in failures; empty if a person did not write it
 * @param text the text
 * @param variables the variables that the text uses
 * @param explain turns a failure of the loader into one that names what a person wrote
 */
record Description(String name, String text, Map<String, String> variables, UnaryOperator<LlmException> explain) {
    @Override
    public String toString() {
        return "Description[" + name + "]";
    }
}
