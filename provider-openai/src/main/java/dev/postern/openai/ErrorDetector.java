package dev.postern.openai;

import dev.postern.json.JsonReader;
import java.util.Locale;
import java.util.Set;

/**
 * Detects an error by the fields of a chunk or an answer other than {@code choices}, while they are read. Some of these
 * fields always mean an error; most mean one only in an object without choices. {@link ErrorBody} reads the content of
 * the error.
 */
final class ErrorDetector {
    /** Values that servers write into a field of an error if there is no error. */
    private static final Set<String> NO_ERROR =
            Set.of("", "0", "200", "false", "null", "none", "ok", "success", "succeed", "succeeded");

    private boolean certain;
    private boolean failing;
    private boolean likely;
    private boolean harmless;

    /** Clears the state for the next object. */
    void reset() {
        certain = failing = likely = harmless = false;
    }

    /**
     * Whether the object may be an error. The caller then checks its content, because some servers fill every field
     * with an empty value.
     *
     * @param hasChoices whether the object has choices too
     * @param finished whether the answer is complete; then a message or a code alone is not an error
     */
    boolean isError(boolean hasChoices, boolean finished) {
        return certain || ((failing || (likely && !finished)) && !harmless && !hasChoices);
    }

    /**
     * Reads a field of the object. Returns false, and does not read the value, if the field is not one of an error.
     * <p>Values that decide are read, never skipped: chunks that differ only in skipped values count as equal.
     */
    boolean read(String name, JsonReader json) {
        switch (name) {
            case "error", "error_message", "error_msg", "errorMessage" -> certain |= hasContent(json);
            case "base_resp" -> { // MiniMax, also in an object with choices
                long status = status(json);
                certain |= status > 0 && status != 200;
            }
            case "object" -> certain |= json.is("error"); // vLLM before 0.10.1, Mistral
            case "type" -> failing |= json.is("error");
            case "message", "msg" -> { // an object is a model's message in the format of another API
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

    /** Whether an error has content: one that is empty, or has only values of a success, is not an error. */
    private static boolean hasContent(JsonReader json) {
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
        return text.isBlank() || NO_ERROR.contains(text.strip().toLowerCase(Locale.ROOT));
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
