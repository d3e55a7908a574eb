package dev.postern.openai;

import dev.postern.LlmException.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The codes of vendors that report errors with their own numbers inside a status 200. The type of the error is part of
 * the key, because MiniMax and z.ai use the same numbers with different meanings.
 */
final class VendorErrorCodes {
    /** The type that {@link ErrorBody} gives to an error of MiniMax, which is in the field {@code base_resp}. */
    static final String MINIMAX = "base_resp";

    private static final String ANY = "";

    private record Row(String type, String code, Kind kind) {}

    private static final List<Row> ROWS = List.of(
            // MiniMax, platform.minimax.io/docs/api-reference/errorcode
            new Row(MINIMAX, "1001", Kind.TIMEOUT),
            new Row(MINIMAX, "1002", Kind.RATE_LIMITED),
            new Row(MINIMAX, "1004", Kind.AUTHENTICATION),
            new Row(MINIMAX, "1008", Kind.QUOTA),
            new Row(MINIMAX, "1026", Kind.CONTENT_FILTER),
            new Row(MINIMAX, "1027", Kind.CONTENT_FILTER),
            new Row(MINIMAX, "1039", Kind.RATE_LIMITED),
            new Row(MINIMAX, "1041", Kind.RATE_LIMITED),
            new Row(MINIMAX, "1042", Kind.INVALID_REQUEST),
            new Row(MINIMAX, "2013", Kind.INVALID_REQUEST),
            new Row(MINIMAX, "2042", Kind.PERMISSION),
            new Row(MINIMAX, "2045", Kind.RATE_LIMITED),
            new Row(MINIMAX, "2049", Kind.AUTHENTICATION),
            new Row(MINIMAX, "2056", Kind.QUOTA),
            // SiliconFlow, agentscope-ai/QwenPaw#433 and the vendor's list of errors
            new Row(ANY, "20012", Kind.NOT_FOUND),
            new Row(ANY, "20015", Kind.INVALID_REQUEST),
            new Row(ANY, "20041", Kind.INVALID_REQUEST),
            new Row(ANY, "30001", Kind.QUOTA),
            new Row(ANY, "50505", Kind.OVERLOADED),
            new Row(ANY, "50603", Kind.OVERLOADED),
            // z.ai and Zhipu, docs.z.ai/api-reference/api-code
            new Row(ANY, "1113", Kind.QUOTA),
            new Row(ANY, "1211", Kind.NOT_FOUND),
            new Row(ANY, "1261", Kind.CONTEXT_LENGTH),
            new Row(ANY, "1301", Kind.CONTENT_FILTER),
            new Row(ANY, "1309", Kind.QUOTA),
            // Baidu Qianfan, cloud.baidu.com/doc/WENXINWORKSHOP
            new Row(ANY, "336003", Kind.INVALID_REQUEST),
            new Row(ANY, "336103", Kind.CONTEXT_LENGTH),
            new Row(ANY, "336501", Kind.RATE_LIMITED),
            new Row(ANY, "336502", Kind.RATE_LIMITED));

    private VendorErrorCodes() {}

    /** Returns the kind of the code; null if the code is not in the table. */
    static @Nullable Kind kind(ErrorBody body) {
        for (Row row : ROWS) {
            if (row.code().equals(body.code()) && row.type().equals(body.type())) {
                return row.kind();
            }
        }
        return null;
    }
}
