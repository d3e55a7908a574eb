package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;

/** Whether a server may be open to everybody who can reach it. */
final class StartRules {
    private StartRules() {}

    /**
     * Checks whether a server needs keys.
     *
     * @param declared whether the configuration declares keys or tokens
     * @param loopback whether the server and the page for operators listen on loopback addresses only
     * @param proxied whether the configuration declares a proxy, behind which every client has a loopback address
     * @param noKeys whether the operator says that the server asks for no keys
     * @return whether the server asks for keys
     * @throws LlmException of kind CONFIGURATION if it must not start
     */
    static boolean asksForKeys(boolean declared, boolean loopback, boolean proxied, boolean noKeys) {
        if (declared && noKeys) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "--no-keys contradicts server.keys or server.jwt of the configuration; remove one of them.");
        }
        if (declared || noKeys || (loopback && !proxied)) {
            return declared;
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                (proxied
                                ? "The configuration declares trusted_proxies and no keys,"
                                : "The server or its admin.listen listens for other machines, and the configuration declares no keys,")
                        + " so everybody who can reach it could use the backends; create a key with 'keys create"
                        + " --name NAME --file FILE' and set server.keys.file to that file, or start the server with"
                        + " --no-keys if something else keeps others out.");
    }
}
