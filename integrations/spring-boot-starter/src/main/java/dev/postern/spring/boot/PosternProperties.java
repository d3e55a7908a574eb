package dev.postern.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code postern.*}, as Spring binds them; null is not set. {@code spring-configuration-metadata.json} describes each of
 * them. The class has no {@code toString}, because one of the values is a key.
 */
@ConfigurationProperties(PosternProperties.PREFIX)
final class PosternProperties {
    static final String PREFIX = "postern";

    private boolean enabled = true;
    private @Nullable String config;
    private @Nullable String provider;
    private @Nullable String baseUrl;
    private @Nullable String apiKey;
    private @Nullable String model;
    private @Nullable String profile;
    private @Nullable String region;
    private final Timeouts timeouts = new Timeouts();
    private final Retries retries = new Retries();
    private final Health health = new Health();
    private final Langchain4j langchain4j = new Langchain4j();

    boolean isEnabled() {
        return enabled;
    }

    void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Nullable
    String getConfig() {
        return config;
    }

    void setConfig(String config) {
        this.config = config;
    }

    @Nullable
    String getProvider() {
        return provider;
    }

    void setProvider(String provider) {
        this.provider = provider;
    }

    @Nullable
    String getBaseUrl() {
        return baseUrl;
    }

    void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    @Nullable
    String getApiKey() {
        return apiKey;
    }

    void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    @Nullable
    String getModel() {
        return model;
    }

    void setModel(String model) {
        this.model = model;
    }

    @Nullable
    String getProfile() {
        return profile;
    }

    void setProfile(String profile) {
        this.profile = profile;
    }

    @Nullable
    String getRegion() {
        return region;
    }

    void setRegion(String region) {
        this.region = region;
    }

    Timeouts getTimeouts() {
        return timeouts;
    }

    Retries getRetries() {
        return retries;
    }

    Health getHealth() {
        return health;
    }

    Langchain4j getLangchain4j() {
        return langchain4j;
    }

    /** The properties {@code postern.timeouts.*}. */
    static final class Timeouts {
        private @Nullable Duration connect;
        private @Nullable Duration responseStart;
        private @Nullable Duration idle;
        private @Nullable Duration firstToken;
        private @Nullable Duration betweenTokens;
        private @Nullable Duration total;

        @Nullable
        Duration getConnect() {
            return connect;
        }

        void setConnect(Duration connect) {
            this.connect = connect;
        }

        @Nullable
        Duration getResponseStart() {
            return responseStart;
        }

        void setResponseStart(Duration responseStart) {
            this.responseStart = responseStart;
        }

        @Nullable
        Duration getIdle() {
            return idle;
        }

        void setIdle(Duration idle) {
            this.idle = idle;
        }

        @Nullable
        Duration getFirstToken() {
            return firstToken;
        }

        void setFirstToken(Duration firstToken) {
            this.firstToken = firstToken;
        }

        @Nullable
        Duration getBetweenTokens() {
            return betweenTokens;
        }

        void setBetweenTokens(Duration betweenTokens) {
            this.betweenTokens = betweenTokens;
        }

        @Nullable
        Duration getTotal() {
            return total;
        }

        void setTotal(Duration total) {
            this.total = total;
        }
    }

    /** The properties {@code postern.retries.*}. */
    static final class Retries {
        private @Nullable Integer maxAttempts;
        private @Nullable Duration baseDelay;
        private @Nullable Duration maxDelay;
        private @Nullable Duration maxRetryAfter;

        @Nullable
        Integer getMaxAttempts() {
            return maxAttempts;
        }

        void setMaxAttempts(Integer maxAttempts) {
            this.maxAttempts = maxAttempts;
        }

        @Nullable
        Duration getBaseDelay() {
            return baseDelay;
        }

        void setBaseDelay(Duration baseDelay) {
            this.baseDelay = baseDelay;
        }

        @Nullable
        Duration getMaxDelay() {
            return maxDelay;
        }

        void setMaxDelay(Duration maxDelay) {
            this.maxDelay = maxDelay;
        }

        @Nullable
        Duration getMaxRetryAfter() {
            return maxRetryAfter;
        }

        void setMaxRetryAfter(Duration maxRetryAfter) {
            this.maxRetryAfter = maxRetryAfter;
        }
    }

    /** The properties {@code postern.health.*}. */
    static final class Health {
        private Duration timeout = Duration.ofSeconds(5);

        Duration getTimeout() {
            return timeout;
        }

        void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** The properties {@code postern.langchain4j.*}. */
    static final class Langchain4j {
        private boolean enabled = true;

        boolean isEnabled() {
            return enabled;
        }

        void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }
}
