package dev.postern.bedrock;

import dev.postern.CacheMark;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which cache points of a request a model accepts. Bedrock refuses the others. */
enum CacheSupport {
    /** None. */
    NONE,
    /** Cache points with the default lifetime. */
    DEFAULT_LIFETIME,
    /** Also those for an hour. */
    HOUR;

    private static final Pattern OLD =
            Pattern.compile("claude-(v\\d|instant|3-(haiku|sonnet|opus)|3-5-sonnet-20240620)");
    private static final Pattern WITHOUT_HOUR = Pattern.compile("claude-(3-|(opus|sonnet)-4-(2025|1-))");

    /** The support of a model. The id of an inference profile may not name it, so the family decides first. */
    static CacheSupport of(ModelFamily family, String modelId) {
        String id = modelId.toLowerCase(Locale.ROOT);
        if (family == ModelFamily.NOVA) {
            return DEFAULT_LIFETIME;
        }
        if (family != ModelFamily.ANTHROPIC || OLD.matcher(id).find()) {
            return NONE;
        }
        return id.contains("claude") && !WITHOUT_HOUR.matcher(id).find() ? HOUR : DEFAULT_LIFETIME;
    }

    /** The lifetime to write for a mark; empty for the default. */
    String ttl(CacheMark mark) {
        return this == HOUR ? mark.ttl() : "";
    }
}
