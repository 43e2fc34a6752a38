//! IP addresses and ranges (spec 05 section 12).

use super::Function;
use super::arguments::{exactly, int, some_text, unusable};
use crate::value::{Fault, FaultKind, Object, Value};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("cidrHost", (2, 2), "t i -> t", cidr_host, "F-203").extra(),
    Function::strict("cidrSubnet", (3, 3), "t i i -> t", cidr_subnet, "F-202").extra(),
    Function::strict("ipRangeContains", (2, 2), "t t -> b", ip_range_contains, "F-200"),
    Function::strict("parseCidr", (1, 1), "t -> o", parse_cidr, "F-201").extra(),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

impl Family {
    fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// An address as it is written.
    fn write(self, address: u128) -> String {
        match self {
            Self::V4 => Ipv4Addr::from_bits(u32::try_from(address).unwrap_or(u32::MAX)).to_string(),
            Self::V6 => Ipv6Addr::from_bits(address).to_string(),
        }
    }

    /// The bits below a prefix.
    fn host_bits(self, prefix: u32) -> u128 {
        let below = self.bits().saturating_sub(prefix);
        1u128.checked_shl(below).map_or(u128::MAX, |size| size - 1)
    }
}

fn address(text: &str) -> Option<(Family, u128)> {
    Some(match text.parse().ok()? {
        IpAddr::V4(address) => (Family::V4, u128::from(address.to_bits())),
        IpAddr::V6(address) => (Family::V6, address.to_bits()),
    })
}

/// `address/prefix` with the host bits cleared.
struct Block {
    family: Family,
    network: u128,
    prefix: u32,
}

impl Block {
    fn read(text: &str) -> Option<Self> {
        let (text, prefix) = text.split_once('/')?;
        let (family, address) = address(text)?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| digits && *prefix <= family.bits())?;
        Some(Self { family, network: address & !family.host_bits(prefix), prefix })
    }

    fn last(&self) -> u128 {
        self.network | self.family.host_bits(self.prefix)
    }

    /// First and last address that a host may have; of IPv6 all.
    fn usable(&self) -> (u128, u128) {
        match self.family {
            Family::V4 if self.prefix < 31 => (self.network + 1, self.last() - 1),
            _ => (self.network, self.last()),
        }
    }
}

fn block(value: &Value) -> Result<Block, Fault> {
    Block::read(some_text(value)?).ok_or_else(|| unusable("an address with a prefix", value))
}

/// One address, `address/prefix` or `first-last`.
fn range(value: &Value) -> Result<(Family, u128, u128), Fault> {
    let text = some_text(value)?;
    let read = || {
        if text.contains('/') {
            let block = Block::read(text)?;
            return Some((block.family, block.network, block.last()));
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let ((family, first), (other, last)) = (address(first)?, address(last)?);
        (family == other && first <= last).then_some((family, first, last))
    };
    read().ok_or_else(|| unusable("an IP address or range", value))
}

fn ip_range_contains(arguments: &[Value]) -> Result<Value, Fault> {
    let [outer, inner] = exactly(arguments)?;
    let ((family, first, last), (other, from, to)) = (range(outer)?, range(inner)?);
    Ok((family == other && first <= from && to <= last).into())
}

fn parse_cidr(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let block = block(value)?;
    let (first, last) = block.usable();
    let write = |address| Value::from(block.family.write(address));
    let all = Family::host_bits(block.family, 0);
    let mut out = Object::new();
    out.push("network", write(block.network));
    out.push("netmask", write(all & !block.family.host_bits(block.prefix)));
    if block.family == Family::V4 {
        out.push("broadcast", write(block.last()));
    }
    out.push("firstUsable", write(first));
    out.push("lastUsable", write(last));
    out.push("cidr", Value::int(block.prefix.into()));
    Ok(Value::object(out))
}

fn cidr_subnet(arguments: &[Value]) -> Result<Value, Fault> {
    let [value, prefix, index] = exactly(arguments)?;
    let (block, new, position) = (block(value)?, int(prefix)?, int(index)?);
    let new = u32::try_from(new).ok().filter(|new| (block.prefix..=block.family.bits()).contains(new));
    let new = new.ok_or_else(|| {
        unusable(&format!("a prefix from {} to {}", block.prefix, block.family.bits()), prefix)
    })?;
    let subnets = 1u128.checked_shl(new - block.prefix).unwrap_or(u128::MAX);
    let position = u128::try_from(position).ok().filter(|position| *position < subnets);
    let position = position.ok_or_else(|| outside(index, "subnets"))?;
    // A shift by all bits goes with position 0 alone.
    let offset = position.checked_shl(block.family.bits() - new).unwrap_or(0);
    Ok(format!("{}/{new}", block.family.write(block.network | offset)).into())
}

fn cidr_host(arguments: &[Value]) -> Result<Value, Fault> {
    let [value, index] = exactly(arguments)?;
    let block = block(value)?;
    let position = u128::try_from(int(index)?).ok();
    let host = position.and_then(|position| block.network.checked_add(position)?.checked_add(1));
    let host =
        host.filter(|host| *host <= block.usable().1).ok_or_else(|| outside(index, "usable addresses"))?;
    Ok(block.family.write(host).into())
}

fn outside(index: &Value, of: &str) -> Fault {
    let index = index.as_int().unwrap_or_default();
    Fault::new(FaultKind::Range, format!("index {index} is outside the {of} of the block"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn containment() {
        let table = [
            ("10.0.0.5/24", "10.0.0.200", "true"),
            ("10.0.0.0/25", "10.0.0.0/24", "false"),
            ("10.0.0.1-10.0.1.0", "10.0.0.128/25", "true"),
            ("0.0.0.0/0", "255.255.255.255", "true"),
            ("::/0", "ffff::1-ffff::2", "true"),
            ("2001:db8::/32", "2001:0DB8::3:FFFE", "true"),
            ("::/0", "10.0.0.1", "false"),
            ("::ffff:10.0.0.0/120", "10.0.0.1", "false"),
            ("10.0.0.0/33", "10.0.0.1", "!Value"),
            ("10.0.0.0/+8", "10.0.0.1", "!Value"),
            ("10.0.0.0/", "10.0.0.1", "!Value"),
            ("10.0.0.9-10.0.0.1", "10.0.0.5", "!Value"),
            ("10.0.0.1-::1", "10.0.0.1", "!Value"),
            ("10.0.0.01", "10.0.0.1", "!Value"),
            ("10.1", "10.0.0.1", "!Value"),
            ("Internet", "10.0.0.1", "!Value"),
            ("10.0.0.0/8", " 10.0.0.1", "!Value"),
            ("10.0.0.0/8", "", "!Value"),
        ];
        for (outer, inner, want) in table {
            check(&[("F-200", "ipRangeContains", &format!("['{outer}','{inner}']"), want)]);
        }
        check(&[("F-200", "ipRangeContains", "[null,'::']", "!Type")]);
    }

    #[test]
    fn blocks() {
        check(&[
            (
                "F-201",
                "parseCidr",
                "['10.144.1.5/20']",
                "{'network':'10.144.0.0','netmask':'255.255.240.0','broadcast':'10.144.15.255',\
                 'firstUsable':'10.144.0.1','lastUsable':'10.144.15.254','cidr':20}",
            ),
            (
                "F-201",
                "parseCidr",
                "['::1/0']",
                "{'network':'::','netmask':'::','firstUsable':'::',\
                 'lastUsable':'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff','cidr':0}",
            ),
            ("F-201", "parseCidr", "['10.0.0.4']", "!Value"),
            ("F-201", "parseCidr", "[null]", "!Type"),
            ("F-202", "cidrSubnet", "['10.144.0.0/20',24,15]", "'10.144.15.0/24'"),
            ("F-202", "cidrSubnet", "['::/0',0,0]", "'::/0'"),
            ("F-202", "cidrSubnet", "['::/0',128,1]", "'::1/128'"),
            ("F-202", "cidrSubnet", "['10.144.0.0/20',24,16]", "!Range"),
            ("F-202", "cidrSubnet", "['10.144.0.0/20',19,0]", "!Value"),
            ("F-203", "cidrHost", "['192.168.1.0/24',253]", "'192.168.1.254'"),
            ("F-203", "cidrHost", "['192.168.1.0/24',254]", "!Range"),
            ("F-203", "cidrHost", "['10.0.0.4/31',0]", "'10.0.0.5'"),
            ("F-203", "cidrHost", "['10.0.0.4/32',0]", "!Range"),
            ("F-203", "cidrHost", "['fdad::/52',0]", "'fdad::1'"),
        ]);
    }
}
