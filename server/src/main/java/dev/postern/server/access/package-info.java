/**
 * Who may use the gateway: keys, tokens, what they allow, their limits, and pages of other origins. No type of an HTTP server
 * is used here: {@link dev.postern.server.access.AccessControl} is asked with a method, a path and a function of headers.
 *
 * <ul> <li>{@code PathRules} is the table of what a path needs. <li>{@code ApiKeys} finds the {@code Caller} of a key, {@code
 * JwtVerifier} that of a token. {@code ApiKeysFile} and {@code KeysCommand} maintain the file of keys. <li>{@code
 * RequestLimits} counts requests, {@code CallerRules} checks backends and models of each attempt, and {@code CallerBudget}
 * counts its tokens and cost. <li>{@code AccessSettings} reads the configuration, and {@code StartRules} says when keys are
 * required. </ul>
 */
package dev.postern.server.access;
