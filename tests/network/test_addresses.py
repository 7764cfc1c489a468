"""Which addresses may be fetched and which connected to, form by form."""

from __future__ import annotations

import pytest

from ingest.errors import AddressRefused
from ingest.network import NetworkSettings, check_address, check_url

PUBLIC = NetworkSettings()


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("http://example.com.:8080/", "http://example.com:8080/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://my_blog.example.com/", "https://my_blog.example.com/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:2800:220:1::1]/", "http://[2606:2800:220:1::1]/"),
        ("https://3com.example/", "https://3com.example/"),
    ],
)
def test_gives_the_checked_form(url: str, checked: str) -> None:
    """What may be fetched is written one way, its host in ASCII."""
    assert check_url(url, PUBLIC).url == checked


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//example.com/",
        "example.com",
        "",
        "http://",
        "http:///path",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http:\\\\example.com/",
        "http://example.com/a b",
        "http://example.com/\r\nHost: other",
        "http://exam\tple.com/",
        "http://example.com:22/",
        "http://example.com:9200/",
        "http://example.com:x/",
        "http://example.com:99999/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://1.2.3/",
        "http://example.0x7f/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://a..b/",
        "http://-a.example/",
        "http://exam%70le.com/",
        "http://xn--a.example/",
        "http://xn--/",
        "http://\u2100.example/",
        "http://" + "a" * 64 + ".example/",
        "http://example.com/" + "a" * 2048,
    ],
)
def test_refuses_what_is_not_a_plain_web_address(url: str) -> None:
    """Other schemes and ports, user names, backslashes, disguised numbers and malformed names are not fetched."""
    with pytest.raises(AddressRefused):
        check_url(url, PUBLIC)


def test_reads_numbers_in_other_scripts_as_numbers() -> None:
    """Full-width digits and dots become an IPv4 address, so the address must be checked as one."""
    target = check_url("http://\uff11\uff12\uff17\u3002\uff10\u3002\uff10\u3002\uff11/", PUBLIC)
    assert check_address(target.host, PUBLIC) == "loopback"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("10.0.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("fd00::1", "private"),
        ("fec0::1", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("::8.8.8.8", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::1", "NAT64"),
        ("2002:7f00:1::", "6to4"),
        ("192.88.99.1", "6to4"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("198.18.0.1", "reserved"),
        ("203.0.113.7", "documentation"),
        ("2001:db8::1", "documentation"),
        ("nonsense", "not a network address"),
        ("8.8.8.8", None),
        ("172.32.0.1", None),
        ("2606:2800:220:1::1", None),
    ],
)
def test_names_why_an_address_is_refused(address: str, reason: str | None) -> None:
    """Only public addresses are connected to."""
    assert check_address(address, PUBLIC) == reason


def test_a_setting_allows_networks() -> None:
    """An intranet (or a test) names what it allows; the rest stays refused."""
    settings = NetworkSettings(allowed_networks=("127.0.0.0/8",))
    assert check_address("127.0.0.1", settings) is None
    assert check_address("10.0.0.1", settings) == "private"
    assert check_address("::1", settings) == "loopback"
