package dev.postern.openai;

import dev.postern.json.JsonReader;

/**
 * Tells an error from a chunk or an answer by the fields beside {@code choices}, while they are read. Some of them mean an
 * error wherever they stand; most mean one only in an object without choices. {@link ErrorBody} reads what the error says.
 */
final class ErrorSigns {
    private boolean certain;
    private boolean likely;
    private boolean harmless;

    /** Ready for the next object. */
    void reset() {
        certain = likely = harmless = false;
    }

    /** Whether the object may be an error. What it says decides: some servers fill every field with an empty value. */
    boolean isError(boolean hasChoices) {
        return certain || (likely && !harmless && !hasChoices);
    }

    /**
     * Looks at a field of the object. Returns false, and leaves the value, if the name has nothing to do with errors.
     *
     * <p>Values that decide are read, never skipped: what is skipped may vary in a chunk that is taken for a repetition.
     */
    boolean read(String name, JsonReader json) {
        switch (name) {
            case "error", "error_message", "error_msg", "errorMessage" -> certain |= says(json);
            case "base_resp" -> certain |= status(json) > 0; // MiniMax, beside choices too
            case "object" -> certain |= json.is("error"); // vLLM before 0.10.1, Mistral
            case "type" -> likely |= json.is("error");
            case "message", "msg" -> { // an object is the message of a model, of another API
                likely |= json.isString() || json.isArray();
                json.skip();
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

    private static boolean says(JsonReader json) {
        if (json.isObject() || json.isArray()) {
            json.skip();
            return true;
        }
        String text = json.text();
        return !text.isBlank() && !text.equals("false") && !text.equals("0");
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
        likely |= text.equals("false");
        harmless |= text.equals("true");
    }

    private void status(String text) {
        switch (text) {
            case "error", "failed", "failure", "fail" -> likely = true;
            default -> likely |= text.matches("[45]\\d\\d");
        }
    }

    private void code(String text) {
        switch (text) {
            case "" -> {}
            case "0", "200", "ok", "OK", "success", "Success" -> harmless = true;
            default -> likely = true;
        }
    }
}
