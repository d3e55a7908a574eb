package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolDefinition;
import dev.postern.openai.RequestRules.ToolNames;
import java.util.List;

/** Refuses names of tools that the server is known to refuse, with a sentence that names the tool and the rule. */
final class ToolNameCheck {
    private static final int MAX_LENGTH = 64;

    private ToolNameCheck() {}

    /**
     * Checks the names of these tools.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} for the first name that breaks the rule
     */
    static void check(List<ToolDefinition> tools, ToolNames rule) {
        if (rule == ToolNames.ANY) {
            return;
        }
        for (int i = 0; i < tools.size(); i++) {
            String name = tools.get(i).name();
            if (!isAccepted(name)) {
                throw LlmException.builder(
                                Kind.INVALID_REQUEST,
                                "tools[" + i + "].name: '" + shown(name) + "' is refused by this server; use 1 to "
                                        + MAX_LENGTH + " characters of a-z, A-Z, 0-9, _ and -")
                        .refusedBeforeSending(true)
                        .build();
            }
        }
    }

    private static boolean isAccepted(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && c != '_' && c != '-') {
                return false;
            }
        }
        return name.length() <= MAX_LENGTH;
    }

    private static String shown(String name) {
        String start = name.length() <= MAX_LENGTH + 10 ? name : name.substring(0, MAX_LENGTH + 10) + "…";
        return start.replaceAll("\\p{Cc}", "?");
    }
}
