package dev.postern.server;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.gateway.Gateway;
import dev.postern.wire.GatewayHeaders;
import dev.postern.wire.RequestReader;
import java.io.IOException;
import java.util.function.Supplier;

/** What is asked, of whom, and with whose credentials: body and headers as a request to the gateway. */
final class Intake {
    private static final int LONGEST_NAME = 64;

    private final Gateway gateway;
    private final AnsweredBy answering;
    private final Supplier<ServerRules> rules;

    Intake(Gateway gateway, AnsweredBy answering, Supplier<ServerRules> rules) {
        this.gateway = gateway;
        this.answering = answering;
        this.rules = rules;
    }

    /**
     * The request, with its backend and credentials.
     *
     * @throws dev.postern.LlmException for a body that is no request
     * @throws Refusal for an unknown backend, or credentials that cannot be
     */
    CompletionRequest request(Exchange exchange) throws IOException {
        CompletionRequest request = RequestReader.read(exchange.body());
        rules.get().extra().check(request);
        String backend = chosen(exchange, request.provider());
        return request.toBuilder().provider(backend).options(options(exchange)).build();
    }

    /** The options of all calls for this exchange. */
    CallOptions options(Exchange exchange) {
        return answering.watch(Credentials.of(exchange), exchange);
    }

    /**
     * The options of all calls for this exchange, in which an agent asks this backend. Credentials that came with the name of
     * a backend are for that one, even if the agent asks another one.
     */
    CallOptions options(Exchange exchange, String asked) {
        String named = named(exchange);
        if (named.isEmpty() || named.equals(asked)) {
            return options(exchange);
        }
        CallOptions given = Credentials.of(exchange);
        return answering.watch(CallOptions.builder().backend(named, given).build(), exchange);
    }

    private static String named(Exchange exchange) {
        return first(exchange.header(GatewayHeaders.PROVIDER), exchange.header(GatewayHeaders.PROVIDER_ALL));
    }

    /** The backend that the headers name, or the default. */
    String backend(Exchange exchange) {
        return chosen(exchange, "");
    }

    private String chosen(Exchange exchange, String ofBody) {
        String name = first(named(exchange), ofBody, gateway.defaultBackend());
        if (!gateway.backends().contains(name)) {
            throw Refusal.of(
                    400,
                    "Unknown llm provider '" + shown(name) + "'. Available: " + String.join(", ", gateway.backends()));
        }
        exchange.backend(name);
        return name;
    }

    private static String first(String... names) {
        for (String name : names) {
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    /** What somebody sent, as it may be shown: not endless, and without what a terminal or a log would act upon. */
    private static String shown(String name) {
        String clean = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME) + "…";
    }
}
