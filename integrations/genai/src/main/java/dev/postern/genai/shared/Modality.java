package dev.postern.genai.shared;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.ToolResult;
import java.util.List;

/** The value of {@code gen_ai.token.modality}. Servers do not report it in a way that is the same for all. */
public final class Modality {
    /** All tokens stand for text. */
    public static final String TEXT = "text";
    /** The tokens may stand for text or for something else, or there are none. */
    public static final String UNKNOWN = "unknown";

    private Modality() {}

    /** {@link #TEXT} if the request has nothing but text, else {@link #UNKNOWN}. */
    public static String ofInput(CompletionRequest request) {
        return request.messages().stream().allMatch(message -> isText(message.parts())) ? TEXT : UNKNOWN;
    }

    private static boolean isText(List<Content> parts) {
        for (Content part : parts) {
            if (part instanceof Content.Image
                    || part instanceof Content.Document
                    || part instanceof Content.Audio
                    || (part instanceof ToolResult result && !isText(result.content()))) {
                return false;
            }
        }
        return true;
    }
}
