"""What the servers of large families say, by whose fault it is: reason by reason."""

from __future__ import annotations

IP = "203.0.113.7"

SAID: dict[str, tuple[tuple[int, str], ...]] = {
    "no-such-mailbox": (
        # Microsoft 365 and Outlook.com
        (550, "5.4.1 Recipient address rejected: Access denied. [AS(201806281)] [MN1PEPF0.prod.outlook.com]"),
        (550, "5.4.1 Recipient address rejected: Access denied. For more information see https://aka.ms/E"),
        (550, "5.4.1 All recipient addresses rejected : Access denied [BN1NAM02.outlook.com]"),
        (550, "5.7.1 Recipient address rejected: Access denied. AS(201806281)"),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@x.example not found by lookup"),
        (550, "5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
        (550, "5.7.504 [ann@x.example]: Recipient address rejected: Access denied"),
        (550, "5.7.505 Access denied, banned recipient"),
        (550, "5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [AM6.outlook.com]"),
        # Gmail, line by line
        (550, "5.1.1 The email account that you tried to reach does\r\n550-5.1.1 not exist. Please try"),
        (550, "5.1.1 https://support.google.com/mail/?p=NoSuchUser f7-2.1 - gsmtp"),
        # Yahoo and AOL
        (554, "delivery error: dd This user doesn't have a yahoo.com account (ann@x.example) [0]"),
        (552, "1 Requested mail action aborted, mailbox not found"),
        # GMX, web.de, IONOS
        (550, f"Requested action not taken: mailbox unavailable\r\n550 For explanation visit https://p?ip={IP}"),
        (550, "Benutzer nicht bekannt/User unknown"),
        # Postfix, sendmail, Exim, Proofpoint, Mimecast, others
        (550, "5.7.1 <ann@x.example>: Recipient address rejected: User unknown"),
        (550, "5.7.1 no such user here"),
        (553, "5.3.0 <ann@x.example>... Addressee unknown, relay=[203.0.113.7]"),
        (550, "5.0.0 <ann@x.example>... User unknown"),
        (550, "5.1.1 <ann@x.example>: Recipient address rejected: User unknown in virtual alias table"),
        (550, "Invalid Recipient - https://community.mimecast.example/policies#550 [abc]"),
        (550, "5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_418 [418]"),
        (550, "Message was not accepted -- invalid mailbox. Local mailbox ann@x.example is unavailable"),
        (550, "5.1.1 Not our Customer"),
    ),
    "mailbox-disabled": (
        (550, "5.2.1 The email account that you tried to reach is disabled. gsmtp"),
        (554, "delivery error: dd Sorry. This mailbox is disabled (554.30)."),
        (550, "5.7.1 <ann@x.example>: Recipient address rejected: account is inactive"),
    ),
    "no-such-domain": ((556, "5.1.10 Recipient address has null MX"),),
    "mailbox-full": (
        (552, "5.2.2 The email account that you tried to reach is over quota. gsmtp"),
        (552, "5.2.2 The recipient's inbox is out of storage space and inactive."),
        (550, "User has exhausted allowed storage space"),
        (554, "5.0.0 over storage quota"),
        (550, "5.7.1 mailbox is full"),
    ),
    "slow-down": (
        (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents"),
        (550, "5.2.121 RESOLVER.RST.RecipLimit; recipient's per hour message receive limit exceeded"),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly."),
    ),
    "refused": (
        (550, "5.7.1 RESOLVER.RST.AuthRequired; authentication required"),
        (550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; Delivery restriction check failed"),
        (550, "5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized"),
        (550, "Rejected"),
    ),
    "policy": (
        # Microsoft
        (550, f"5.7.606 Access denied, banned sending IP [{IP}]. To request removal from this list visit"),
        (550, f"5.7.1 Unfortunately, messages from [{IP}] weren't sent. (S3140)"),
        (550, f"SC-001 (COL004-MC1F8) Unfortunately, messages from {IP} weren't sent."),
        (550, "5.7.511 Access denied, banned sender[203.0.113.7]. To request removal from this list forward"),
        (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP."),
        (550, "5.7.705 Access denied, tenant has exceeded threshold"),
        (550, "5.1.90 Your message can't be sent because you've reached your daily limit for recipients"),
        # Gmail
        (550, f"5.7.1 [{IP}] Our system has detected this is likely\r\n550-5.7.1 unsolicited mail."),
        (550, f"5.7.28 [{IP}] Our system has detected an unusual rate of unsolicited mail from"),
        (550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to"),
        # Yahoo
        (553, f"5.7.2 [TSS09] All messages from {IP} will be permanently deferred"),
        (553, f"[TS03] All messages from {IP} will be permanently deferred"),
        (554, "5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes"),
        (553, f"5.7.1 [BL21] Connections will not be accepted from {IP} (Spamhaus)"),
        # GMX, web.de, T-Online
        (554, "Transaction failed\r\n554-Reject due to policy restrictions."),
        (550, "Requested action not taken: mailbox unavailable\r\n550 invalid DNS MX record"),
        (554, f"IP={IP} - None/bad reputation. Ask your postmaster for help or to contact tosa@x.example"),
        # Proofpoint, Mimecast, Barracuda, Apple, Postfix
        (554, f"Blocked - see https://ipcheck.proofpoint.com/?ip={IP}"),
        (550, "5.7.0 Local Policy Violation"),
        (550, "Rejected by header based Anti-Spoofing policy: us@ours.example"),
        (550, "permanent failure for one or more recipients (ann@x.example:blocked)"),
        (550, "5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com"),
        (554, f"5.7.1 <unknown[{IP}]>: Client host rejected: cannot find your hostname, [{IP}]"),
        (550, f"5.7.1 Your IP address {IP} was not found in the list of known hosts"),
        (550, f"5.1.1 Client host [{IP}] blocked using zen.spamhaus.org; user unknown"),
        (554, "5.7.1 <ann@x.example>: Relay access denied"),
        (554, "5.7.1 <ann@x.example>: Recipient address rejected: Access denied"),
        (550, "5.7.1 refused"),
    ),
    "authentication": (
        (550, "5.7.26 This mail has been blocked because the sender is unauthenticated. gsmtp"),
        (550, "5.7.509 Access denied, sending domain ours.example does not pass DMARC verification"),
        (550, "5.7.515 Access denied, sending domain ours.example doesn't meet the required level"),
        (550, "5.7.26 user unknown, and the mail is unauthenticated"),
    ),
    "sender-refused": (
        (550, "5.1.8 Access denied, bad outbound sender"),
        (450, "4.1.8 <us@ours.example>: Sender address rejected: Domain not found"),
    ),
    "no-route": (
        (550, "5.4.310 DNS domain x.example does not exist [Message=InfoDomainNonexistent]"),
        (550, "5.4.4 Unable to route: invalid host"),
    ),
    "server-trouble": (
        (550, "5.4.1 No answer from host"),
        (451, "4.3.0 Internal server error"),
        (550, "5.4.7 Delivery expired (message too old)"),
    ),
    "greylisted": (
        (421, f"4.7.28 [{IP}] Our system has detected an unusual rate of unsolicited mail from"),
        (421, f"4.7.0 [TSS04] Messages from {IP} temporarily deferred due to user complaints"),
        (451, f"4.7.650 The mail server [{IP}] has been temporarily rate limited due to IP reputation."),
    ),
    "protocol": ((554, "5.5.2 Syntax error"),),
    "too-large": ((552, "5.3.4 Message too big for system"),),
}  # fmt: skip
