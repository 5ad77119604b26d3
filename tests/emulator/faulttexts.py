"""What the forges say when they refuse, as their documentation and answers word it.

https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

DOCS = "https://docs.github.com/rest"
REQUEST_ID = "0682:0EDB:113D9B:209D41:62D635C1"
LOCKOUT = "Maximum number of login attempts exceeded. Please try again later."
IP_ALLOW_LIST = (
    "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow "
    "list enabled, and your IP address is not permitted to access this resource."
)
TOKEN_POLICY = (
    "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is "
    "greater than 366 days. Please adjust your token's lifetime."
)
TOKEN_POLICY_CLASSIC = (
    "`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a "
    "personal access token with fine-grained permissions."
)
NO_PAT = "Resource not accessible by personal access token"
NO_INTEGRATION = "Resource not accessible by integration"
NO_ACTIONS_PULLS = "GitHub Actions is not permitted to create or approve pull requests."
SSO = (
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this "
    "organization."
)
SSO_URL = "https://github.com/orgs/acme/sso?authorization_request=AAAAemulated"
PRIMARY = "API rate limit exceeded for user ID 1."
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out "
    "to GitHub Support for help, please include the request ID 1:2:3."
)
BLOCK_URL = "https://github.com/github/dmca/blob/master/2026/2026-01-01-example.md"
ANUBIS = (
    "<!doctype html><html lang='en'><head><title>Making sure you&#39;re not a bot!</title></head>"
    "<body><script id='anubis_challenge' type='application/json'>{}</script></body></html>"
)
CLOUDFLARE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>"
)
NO_SCOPES = (
    "Your token has not been granted the required scopes to execute this query. The 'login' field requires one of "
    "the following scopes: ['read:org'], but your token has only been granted the: [''] scopes. Please modify "
    "your token's scopes at: https://github.com/settings/tokens."
)
RESOURCE_LIMITS = "Resource limits for this query exceeded."
WENT_WRONG = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a "
    "GitHub bug. Please include `0001:2AB3:EMULATED` when reporting this issue."
)
