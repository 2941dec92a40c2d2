// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// The practice chain's votes token. Its owner makes tokens.
contract VotesToken is ERC20, ERC20Permit, ERC20Votes, Ownable {
    constructor() ERC20("Practice votes", "PRACTICE") ERC20Permit("Practice votes") Ownable(msg.sender) {}

    function mint(address[] calldata holders, uint256 each) external onlyOwner {
        for (uint256 i = 0; i < holders.length; i++) _mint(holders[i], each);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }
}
