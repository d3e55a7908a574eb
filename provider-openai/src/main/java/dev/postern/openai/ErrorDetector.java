package dev.postern.openai;

import dev.postern.json.JsonReader;
import java.util.Locale;
import java.util.Set;

/**
 * Tells an error from a chunk or an answer by the fields beside {@code choices}, while they are read. Some of them mean an
 * error wherever they stand; most mean one only in an object without choices. {@link ErrorBody} reads what the error says.
 */
final class ErrorDetector {
    /** What servers write into a field of an error when all is well. */
    private static final Set<String> NOTHING =
            Set.of("", "0", "200", "false", "null", "none", "ok", "success", "succeed", "succeeded");

    private boolean certain;
    private boolean failing;
    private boolean likely;
    private boolean harmless;

    /** Ready for the next object. */
    void reset() {
        certain = failing = likely = harmless = false;
    }

    /**
     * Whether the object may be an error. What it says decides: some servers fill every field with an empty value.
     *
     * @param hasChoices whether it has choices as well
     * @param finished whether the answer is complete: then a message or a code alone does not make it a failure
     */
    boolean isError(boolean hasChoices, boolean finished) {
        return certain || ((failing || (likely && !finished)) && !harmless && !hasChoices);
    }

    /**
     * Looks at a field of the object. Returns false, and leaves the value, if the name has nothing to do with errors.
     *
     * <p>Values that decide are read, never skipped: what is skipped may vary in a chunk that is taken for a repetition.
     */
    boolean read(String name, JsonReader json) {
        switch (name) {
            case "error", "error_message", "error_msg", "errorMessage" -> certain |= says(json);
            case "base_resp" -> { // MiniMax, beside choices too
                long status = status(json);
                certain |= status > 0 && status != 200;
            }
            case "object" -> certain |= json.is("error"); // vLLM before 0.10.1, Mistral
            case "type" -> failing |= json.is("error");
            case "message", "msg" -> { // an object is the message of a model, of another API
                if (json.isString()) {
                    likely |= !isNothing(json.text());
                } else {
                    likely |= json.isArray();
                    json.skip();
                }
            }
            case "detail", "errors", "fault" -> {
                likely |= json.isString() || json.isObject() || json.isArray();
                json.skip();
            }
            case "success", "ok" -> successful(json.text());
            case "status" -> status(json.text());
            case "code", "error_code", "error_type", "statusCode", "status_code" -> code(json.text());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Whether there is anything in it: an error without words or with those of a success is none. */
    private static boolean says(JsonReader json) {
        boolean something = false;
        if (json.isObject()) {
            json.beginObject();
            while (json.nextField()) {
                if (json.isObject() || json.isArray()) {
                    something = true;
                    json.skip();
                } else {
                    something |= !isNothing(json.text());
                }
            }
        } else if (json.isArray()) {
            json.beginArray();
            while (json.nextElement()) {
                something = true;
                json.skip();
            }
        } else {
            something = !isNothing(json.text());
        }
        return something;
    }

    private static boolean isNothing(String text) {
        return text.isBlank() || NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    private static long status(JsonReader json) {
        long status = 0;
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("status_code")) {
                    status = json.integer(0);
                } else {
                    json.skip();
                }
            }
        }
        return status;
    }

    private void successful(String text) {
        failing |= text.equals("false");
        harmless |= text.equals("true");
    }

    private void status(String text) {
        switch (text) {
            case "error", "failed", "failure", "fail" -> failing = true;
            default -> failing |= text.matches("[45]\\d\\d");
        }
    }

    private void code(String text) {
        if (isNothing(text)) {
            harmless |= !text.isBlank();
        } else {
            likely = true;
        }
    }
}
