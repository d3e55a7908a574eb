package dev.postern.gateway;

import dev.postern.LlmProvider;
import dev.postern.flow.Timer;

/**
 * One backend of a gateway.
 *
 * @param name what requests call it
 * @param provider who speaks to it
 * @param policy how it is treated
 * @param gate its limits
 * @param coolDown whether it is left alone
 */
record Backend(String name, LlmProvider provider, BackendPolicy policy, Gate gate, CoolDown coolDown) {

    static Backend of(String name, LlmProvider provider, BackendPolicy policy, Timer timer) {
        return new Backend(name, provider, policy, new Gate(policy, timer), new CoolDown(policy, timer));
    }
}
