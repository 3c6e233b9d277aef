/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A real identity provider for tests (npm oidc-provider, certified), on loopback:
 *   node provider.mjs '{"port":…,"client":…,"secret":…,"base":"http://127.0.0.1:…"}'
 * Whoever names himself is let in; `factor` ticked is a second factor.  Its keys are new
 * at each start.  Says "ready" when it listens.
 */

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { port, client, secret, base } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

function key(kind, options, more) {
  const jwk = generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" });
  return { ...jwk, kid: randomUUID(), use: "sig", ...more };
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [`${base}/api/v1/staff/oidc/callback`],
      post_logout_redirect_uris: [`${base}/staff`],
    },
  ],
  jwks: { keys: [key("rsa", { modulusLength: 2048 }, { alg: "RS256" }), key("ec", { namedCurve: "P-256" }, { alg: "ES256" })] },
  claims: { openid: ["sub", "acr", "amr"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  cookies: { keys: [randomUUID()] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  pkce: { methods: ["S256"], required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@court.example`, email_verified: !id.startsWith("unverified") }),
  }),
  // The court's own programs are not asked for consent.
  async loadExistingGrant(context) {
    const { client: asking, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
});

const PAGE = `<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1><form method="post">
<p><label>Who are you? <input name="login" required></label></p>
<p><label><input type="checkbox" name="factor" value="yes"> with a second factor</label></p>
<p><button>Sign in</button> <button name="cancel" value="yes" formnovalidate>Cancel</button></p></form>`;

async function interact(request, response) {
  if (request.method !== "POST") {
    response.setHeader("Content-Type", "text/html");
    response.end(PAGE);
    return;
  }
  let text = "";
  for await (const piece of request) text += piece;
  const form = new URLSearchParams(text);
  const result = form.get("cancel")
    ? { error: "access_denied" }
    : { login: { accountId: form.get("login"), amr: form.get("factor") ? ["pwd", "otp"] : ["pwd"], remember: false } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const callback = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith("/interaction/")) void interact(request, response);
  else callback(request, response);
}).listen(port, "127.0.0.1", () => console.log("ready"));
